"""Permissions on management reviews and their decisions. Denied by default."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits import rules
from audits.models import Decision, ManagementReview
from qms import access
from qms.access import Person
from qms.models import Agency
from qms.roles import Role


def may_open_reviews(user: Person, agency: Agency) -> bool:
    """Open the agency's page of reviews: its people; `reviews_of` decides what they see there."""
    return rules.works_in(user, agency.pk)


def may_prepare_review(user: Person, agency: Agency | int) -> bool:
    return access.has_role(user, agency, Role.OFFICER)


def may_read_review(user: Person, review: ManagementReview) -> bool:
    """Read the complete record: officers and approvers. Others read the decisions that
    name them."""
    return access.has_role(user, review.agency_id, *rules.IN_CHARGE)


def reviews_of(user: Person) -> "QuerySet[ManagementReview]":
    """All of the agency for officers and approvers; signed ones for its people named in
    a decision."""
    own = {one.pk for one in access.home_agencies(user)}
    named = Decision.objects.filter(review=OuterRef("pk"), person=user.pk)
    mine = Q(agency__in=own, state=ManagementReview.State.SIGNED) & Exists(named)
    every = ManagementReview.objects.select_related("agency", "chair")
    return every.filter(Q(agency__in=access.agencies_with(user, *rules.IN_CHARGE)) | mine)


def may_finish_decision(user: Person, decision: Decision) -> bool:
    """Finish a decision: its doer while they work there, or the agency's officers."""
    agency = decision.review.agency_id
    if access.has_role(user, agency, Role.OFFICER):
        return True
    return user.pk == decision.person_id and rules.works_in(user, agency)
