"""Reviews in "my work" and on the page of a document."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.models import Review, Version
from procedures.readership import reminders
from procedures.readership.reviews import due, rules
from qms import access
from qms import rules as people_rules
from qms.access import Person
from qms.clock import today, written
from qms.frame import Task
from qms.models import ApprovalItem
from qms.roles import Role

MOST = 20


def tasks(user: Person, *, most: int | None = MOST) -> list[Task]:
    """The documents that the user may review and that are due within 30 days or overdue; everything
    without `most`."""
    agencies = access.home_agencies(user)
    if not agencies:
        return []
    day = today()
    waiting = [one for one in due.of_agencies(agencies, day) if one.state(day) != "later"]
    rows = due.named(rules.mine(user, waiting)[:most])
    return [
        Task(
            f"{version.code} {version.title}".strip(),
            reverse("document_review", args=[one.document]),
            _("phải soát xét trước %(day)s") % {"day": written(one.next_on)},
            overdue=one.next_on < day,
        )
        for one, version in rows
    ]


def to_withdraw(user: Person) -> QuerySet[Review] | None:
    """Last verdicts to withdraw versions that are in force, in the officer's agencies, without an
    open request to do so."""
    agencies = access.agencies_with(user, Role.OFFICER)
    if not agencies:
        return None
    in_force = Version.objects.filter(pk=OuterRef("version")).in_force()
    later = Review.objects.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    subject = Concat(Value("withdrawal:"), Cast(OuterRef("version"), CharField()))
    asked = ApprovalItem.objects.filter(subject=subject, is_open=True)
    rows = Review.objects.filter(agency__in=agencies, verdict=Review.Verdict.WITHDRAW)
    return rows.filter(Exists(in_force), ~Exists(later), ~Exists(asked))


def withdrawals(user: Person, *, most: int | None = MOST) -> list[Task]:
    """The same as tasks, oldest first: each opens the request, prefilled with the verdict."""
    found = to_withdraw(user)
    if found is None:
        return []
    rows = found.select_related("version").defer("version__content").order_by("pk")[:most]
    return [
        Task(
            str(one.version),
            reminders.withdrawal_address(one),
            _("soát xét ngày %(day)s kết luận thu hồi, chưa trình") % {"day": written(one.on_day)},
        )
        for one in rows
    ]


@dataclass(frozen=True)
class OnPage:
    """The reviews shown on the page of a document."""

    next_on: datetime.date | None
    late: bool
    verdicts: list[Review]
    may_review: bool
    names: bool


def on_page(user: Person, version: Version, *, in_force: bool) -> OnPage | None:
    """None for users who may not see it, and if there is nothing to show. Two queries."""
    if not rules.may_see_reviews(user, version.agency):
        return None
    rows = Review.objects.filter(version__document=version.document_id).order_by("-pk")
    verdicts = list(rows.select_related("version").defer("version__content"))
    one = due.of_version(version) if in_force else None
    if one is None and not verdicts:
        return None
    return OnPage(
        one.next_on if one else None,
        bool(one and one.next_on < today()),
        verdicts,
        bool(one and rules.may_review(user, version)),
        people_rules.may_see_people(user, version.agency),
    )


def labels() -> dict[str, Any]:
    """The states in a list of reviews, by urgency."""
    return {"late": _("Quá hạn"), "soon": _("Trong 30 ngày"), "later": _("Chưa đến kỳ")}
