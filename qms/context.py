"""Context of every template."""

from django.http import HttpRequest

from qms import access, rules
from qms.desk import counting
from qms.roles import DRAFTING_ROLES
from qms.work import mail


def site(request: HttpRequest) -> dict[str, object]:
    """`me`: the user's data for the page frame, computed lazily. `mail_is_set_up`: whether we can
    send mails."""
    return {"me": Me(request), "mail_is_set_up": mail.is_set_up()}


class Me:
    """The current user, with the facts that the page frame needs."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @property
    def agencies(self) -> list:
        return access.home_agencies(self.user) if self.user else []

    @property
    def drafts(self) -> bool:
        """Whether the user drafts documents in some agency; users who only manage accounts have
        other pages."""
        return self.user is not None and bool(DRAFTING_ROLES & set(access.roles_held(self.user)))

    @property
    def posts(self) -> list:
        """Today's appointments."""
        return access.appointments(self.user) if self.user else []

    @property
    def manages(self) -> bool:
        """Whether the user manages units and people of some agency."""
        return self.user is not None and rules.manages_some_agency(self.user)

    @property
    def waiting(self) -> int:
        """Number of the person's tasks and unread notices."""
        return counting.counts(self.request).total if self.user is not None else 0
