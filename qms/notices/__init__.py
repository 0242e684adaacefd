"""Notices to people. `kinds` registers their kinds, `telling` writes them in the transaction of
the act."""

from qms.notices.kinds import group, kind
from qms.notices.telling import announce, audience, tell

__all__ = ["announce", "audience", "group", "kind", "tell"]
