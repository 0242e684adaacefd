"""What people are told of. `kinds` registers what there is, `telling` writes it in the transaction of the act."""

from qms.notices.kinds import group, kind
from qms.notices.telling import announce, audience, tell

__all__ = ["announce", "audience", "group", "kind", "tell"]
