"""Steps of a management review before signing: creation, figures, texts, decisions. For signing
see `audits/review/kind.py`."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audits.lifecycle.common import (
    check,
    cleaned,
    hold_agency,
    holds_a_post,
    in_state,
    locked,
    name_of,
    need,
)
from audits.lifecycle.meanwhile import INPUT, REVIEW, unchanged
from audits.models import Decision, ManagementReview, ReviewInput
from audits.review import collecting, rules
from audits.review.agenda import Topic
from qms.approvals import queries
from qms.language import of_records
from qms.models import Agency, Appointment, Role, User
from qms.proof import journal
from search.queue import pending

State = ManagementReview.State
LONGEST, MOST_DECISIONS, MOST_PRESENT = 20_000, 100, 200
Person = dict[str, Any]


@transaction.atomic
def create_review(
    agency: Agency,
    *,
    held_on: datetime.date,
    since: datetime.date,
    chair: User,
    place: str = "",
    by: User | None,
) -> ManagementReview:
    """Creates a review with the whole agenda, and starts collecting its figures. Raises Refused."""
    _check_officer(by, agency)
    review = ManagementReview(agency=agency, held_on=held_on, since=since, place=place, chair=chair)
    _check_chair(review)
    hold_agency(agency.pk)
    review.year = held_on.year
    rows = ManagementReview.objects.filter(agency=agency, year=review.year)
    review.number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    cleaned(review).save()
    for topic in Topic:
        ReviewInput.objects.create(review=review, topic=topic)
    collecting.begin(review)
    record("review_called", review, by, held_on=held_on.isoformat())
    return review


@transaction.atomic
def change_review(
    review: ManagementReview,
    *,
    people: Sequence[User] | None = None,
    guests: str | None = None,
    by: User | None,
    was: str = "",
    **fields: Any,
) -> ManagementReview:
    """Changes day, period, place, chair, minutes and conclusion; `people` and `guests` (lines of
    name, post) were present."""
    review = opened(review, by)
    unchanged(review, REVIEW, was)
    before = review.since
    for name, value in fields.items():
        setattr(review, name, value.strip() if isinstance(value, str) else value)
    _check_chair(review)
    if people is not None or guests is not None:
        review.present = _present(review.agency, people or (), guests or "")
    check(
        max(len(review.minutes), len(review.conclusion)) <= LONGEST,
        _("Nội dung quá dài. Hãy viết trong 20.000 ký tự."),
    )
    if not journal.differs(cleaned(review)):
        return review
    review.save()
    if review.since != before:
        collecting.begin(review)
    record("review_changed", review, by)
    return review


@transaction.atomic
def collect_again(review: ManagementReview, *, by: User | None) -> ManagementReview:
    """Collects the figures again; texts about them are kept."""
    review = opened(review, by)
    collecting.begin(review)
    record("review_collected", review, by, number=review.collecting)
    return review


@transaction.atomic
def write_input(
    review: ManagementReview, topic: str, *, said: str, by: User | None, was: str = ""
) -> ReviewInput:
    """Sets the text of one item of the agenda. The collected figures are unchanged."""
    review = opened(review, by)
    row = locked(ReviewInput.objects.get(review=review, topic=topic))
    unchanged(row, INPUT, was)
    row.said = said.strip()
    check(len(row.said) <= LONGEST, _("Nội dung quá dài. Hãy viết trong 20.000 ký tự."))
    if not journal.differs(row):
        return row
    row.save()
    record("review_input_written", review, by, topic=topic)
    return row


@transaction.atomic
def add_decision(
    review: ManagementReview,
    *,
    kind: str,
    what: str,
    person: User,
    due: datetime.date,
    by: User | None,
) -> Decision:
    """Adds a decision: kind, text, doer, due day."""
    review = opened(review, by)
    check(
        review.decisions.count() < MOST_DECISIONS,
        _("Một kỳ xem xét có tối đa %(most)d kết luận.") % {"most": MOST_DECISIONS},
    )
    check_doer(review.agency, person)
    check(due >= review.held_on, _("Hạn hoàn thành không được trước ngày họp."))
    what = need(what, _("Hãy ghi việc phải làm."))
    made = Decision(review=review, kind=kind, what=what, person=person, due=due)
    cleaned(made).save()
    record("review_decision_added", review, by, decision=made.pk)
    return made


@transaction.atomic
def remove_decision(decision: Decision, *, by: User | None) -> None:
    review = opened(decision.review, by)
    decision = locked(decision)
    record("review_decision_removed", review, by, decision=decision.pk, what=decision.what)
    decision.delete()


# -- shared by the steps


def opened(review: ManagementReview, by: User | None) -> ManagementReview:
    """The review, locked. Raises Refused unless the officer may still change it."""
    review = locked(review)
    _check_officer(by, review.agency)
    in_state(review, State.PREPARING)
    check(
        queries.open_for(collecting.subject(review.pk)) is None,
        _("Biên bản đang được trình. Hãy rút lại trước khi sửa."),
    )
    return review


def _check_officer(by: User | None, agency: Agency) -> None:
    check(
        by is None or rules.may_prepare_review(by, agency),
        _("Chỉ thư ký ISO của %(agency)s được chuẩn bị kỳ xem xét của lãnh đạo.")
        % {"agency": agency},
    )


def _check_chair(review: ManagementReview) -> None:
    held = Appointment.objects.current().filter(
        agency=review.agency, person=review.chair, role=Role.APPROVER, person__is_active=True
    )
    check(held.exists(), _("Người chủ trì phải là người phê duyệt của cơ quan."))


def check_doer(agency: Agency, person: User) -> None:
    """Raises Refused if the person does not work in the agency today."""
    held = Appointment.objects.current().filter(agency=agency, person=person)
    check(
        holds_a_post(person) and held.exists(),
        _("Người thực hiện phải đang làm việc tại cơ quan."),
    )


def _present(agency: Agency, people: Sequence[User], guests: str) -> list[Person]:
    """Those present, with current names and posts; guests after the agency's people."""
    posts: dict[int, str] = {}
    held = Appointment.objects.current().filter(agency=agency, person__in=people)
    with of_records():
        for one in held.order_by("pk"):
            posts[one.person_id] = posts.get(one.person_id) or one.post or one.get_role_display()
    check(
        set(posts) >= {one.pk for one in people}, _("Có người dự họp không làm việc tại cơ quan.")
    )
    found: list[Person] = [
        {"person": one.pk, "name": name_of(one), "post": posts[one.pk]} for one in people
    ]
    for line in guests.splitlines():
        name, _comma, post = line.partition(",")
        if name.strip():
            found.append({"person": None, "name": name.strip()[:150], "post": post.strip()[:150]})
    check(len(found) <= MOST_PRESENT, _("Tối đa %(most)d người dự họp.") % {"most": MOST_PRESENT})
    return found


def record(kind: str, review: ManagementReview, by: User | None, **facts: Any) -> None:
    """Appends an event on a review to the journal and queues it for indexing."""
    journal.append(kind, collecting.subject(review.pk), agency=review.agency, by=by, **facts)
    pending.mark("management_review", review.pk)
