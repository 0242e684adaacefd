"""Permissions on controlled documents. Each button and each step uses the same function; denied by
default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from procedures import readers
from qms import access
from qms.access import Person
from qms.models import Agency, Approval
from qms.roles import Role

if TYPE_CHECKING:  # the models use these rules
    from procedures.models import DocumentPage, Version


def may_see_register(user: Person, agency: Agency) -> bool:
    """See the register of an agency's issued documents, including withdrawn ones: users who may
    read every version of it."""
    return bool(access.tokens_for(user) & {"issued", f"agency:{agency.pk}"})


def may_see_struck_out(user: Person, agency: Agency) -> bool:
    """See versions recorded or issued by mistake: the agency's officers and the overseer."""
    return access.has_role(user, agency, Role.OFFICER) or access.is_overseer(user)


def may_import(user: Person, agency: Agency) -> bool:
    return access.has_role(user, agency, Role.OFFICER)


def may_reopen_taking_in(user: Person) -> bool:
    """Let an agency record papers again after its head has closed the taking-in."""
    return access.is_system_admin(user)


def may_keep_city_templates(user: Person) -> bool:
    """Define the documents from which every agency may start its own."""
    return access.is_overseer(user) or access.is_system_admin(user)


def may_draft(user: Person, agency: Agency) -> bool:
    """Start a new document in the agency."""
    return access.has_role(user, agency, Role.OFFICER, Role.AUTHOR)


def may_see_draft(user: Person, document: DocumentPage) -> bool:
    return readers.DRAFT.admits(access.tokens_for(user), document)


def drafts(documents: QuerySet[Any], user: Person) -> QuerySet[Any]:
    """The documents whose draft the user may see: `may_see_draft` as a query."""
    whole = access.agencies_with(user, Role.OFFICER)
    own = access.agencies_with(user, Role.AUTHOR) - whole
    return documents.filter(
        Q(agency__in=whole) | Q(agency__in=own, owner=getattr(user, "pk", None))
    )


def may_edit_draft(user: Person, document: DocumentPage) -> bool:
    return may_see_draft(user, document)


def may_delete_draft(user: Person, document: DocumentPage) -> bool:
    """Delete a document that was never issued."""
    return may_edit_draft(user, document)


def may_set_codes(user: Person, agency: Agency | int) -> bool:
    """Set the agency's code templates."""
    return access.has_role(user, agency, Role.OFFICER)


def may_send(user: Person, document: DocumentPage) -> bool:
    """Send the draft for approval: officers, and authors what they started."""
    return may_edit_draft(user, document)


def may_record(user: Person, document: DocumentPage) -> bool:
    """Record what was issued on paper."""
    return access.has_role(user, document.agency_id, Role.OFFICER)


def may_decide(user: Person, approval: Approval) -> bool:
    """Enter the decision by which approved documents are issued."""
    return access.has_role(user, approval.agency_id, Role.OFFICER)


def may_withdraw(user: Person, version: Version) -> bool:
    """Ask to withdraw, reinstate or strike out; add a signed scan; restrict its readers."""
    return access.has_role(user, version.agency_id, Role.OFFICER)
