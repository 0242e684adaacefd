"""Notices to people. Apps register kinds, groups and audiences; `telling` writes the notices in the
transaction of the act, `mailing` the mails about them."""

from qms.notices.kinds import register_group, register_kind
from qms.notices.telling import announce, register_audience, tell

__all__ = ["announce", "register_audience", "register_group", "register_kind", "tell"]
