"""Who may ask for changes and who answers. Denied by default."""

from django.db.models import Q, QuerySet

from procedures.models import ChangeRequest, DocumentPage, Version
from qms import access
from qms.access import Person
from qms.models import Agency, Role


def readable(user: Person, document: DocumentPage | int) -> "QuerySet[Version]":
    """The versions of the document that the user may read, without their content."""
    found = Version.objects.standing().visible_to(access.tokens_for(user)).defer("content")
    return found.filter(document=document)


def may_ask(user: Person, document: DocumentPage) -> bool:
    """Any signed-in user who may read a version of the document."""
    return user.is_authenticated and readable(user, document).exists()


def may_answer(user: Person, agency: Agency | int) -> bool:
    """Accept, join and decline requests about the agency's documents, and see all of them."""
    return access.has_role(user, agency, Role.OFFICER)


def requests_of(user: Person) -> "QuerySet[ChangeRequest]":
    """The requests the user may see: their own, and as an officer those of the agency."""
    own = Q(by=user.pk) if user.is_authenticated and user.is_active else Q(pk__in=[])
    return ChangeRequest.objects.filter(
        own | Q(agency__in=access.agencies_with(user, Role.OFFICER))
    )


def may_take_back(user: Person, request: ChangeRequest) -> bool:
    """The requester, unless a signed corrective action waits for the change: only an officer may
    decline that, with a reason."""
    waited_for = request.source.startswith("action:")
    return user.is_authenticated and request.by_id == user.pk and not waited_for
