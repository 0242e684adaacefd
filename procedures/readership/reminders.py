"""Scheduled notices, each morning for each agency: new or overdue reading, and upcoming reviews.

Each run looks at the current day, and writes notices under keys that identify their occasion, so a
second run adds nothing. Reviews are announced ten days before, then escalate while overdue: head of
unit, officers, approvers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.models import ReadingRule, Review, Version
from procedures.readership.reading.duties import Duties, Duty
from procedures.readership.reading.lists import of_people
from procedures.readership.reviews import due as review_due
from qms import notices
from qms.clock import today
from qms.models import Agency, Appointment, DueWork, Role, User
from qms.text.folding import fold
from qms.work import due

WORK = "readership.remind"
GROUP = "readership"
HOUR = 7  # hour of the day from which notices are sent
KEPT = datetime.timedelta(days=30)  # how long the table of due work keeps an agency's finished run
CAUGHT_UP = 7  # days after a review's date within which its notice is still written
DAY = datetime.timedelta(days=1)
MONDAY = 0
# days from the date of the review (negative: before it), the kind, and the recipients
STAGES = (
    (-10, "review_soon", "reviewers"),
    (1, "review_late", "heads"),
    (8, "review_late", "officers"),
    (15, "review_late", "approvers"),
)

KINDS = {
    "reading_new": _("Bạn có %(count)s tài liệu mới cần đọc và xác nhận."),
    "reading_late": _("Bạn có %(count)s tài liệu vừa quá hạn đọc."),
    "reading_week": _("Bạn còn %(count)s tài liệu cần đọc và xác nhận, trong đó %(late)s quá hạn."),
    "review_soon": _("“%(title)s” phải được soát xét trước %(day)s."),
    "review_late": _("“%(title)s” đã quá hạn soát xét từ %(day)s."),
    "review_withdraw": _("Soát xét kết luận cần thu hồi “%(title)s”."),
}


def register() -> None:
    """Called once, when the app is ready."""
    notices.register_group(GROUP, _("Đọc tài liệu và soát xét"), order=40)
    for name, text in KINDS.items():
        notices.register_kind(name, text, GROUP)
    due.register(WORK, remind)


def plan_today(now: datetime.datetime | None = None) -> int:
    """From seven in the morning, plans the day's run for each agency without one. Returns
    how many."""
    now = now or timezone.now()
    here = timezone.localtime(now)
    if here.hour < HOUR:
        return 0
    DueWork.objects.filter(kind=WORK, done_at__lt=now - KEPT).delete()
    day = f"{WORK}:{here.date().isoformat()}:"
    planned = set(DueWork.objects.filter(key__startswith=day).values_list("key", flat=True))
    active = Agency.objects.active().order_by("pk").values_list("pk", flat=True)
    wanted = [pk for pk in active if f"{day}{pk}" not in planned]
    for pk in wanted:
        due.plan(f"{day}{pk}", WORK, {"agency": pk}, now)
    return len(wanted)


def remind(data: dict[str, Any]) -> None:
    """The morning run for one agency. For the table of due work."""
    agency = Agency.objects.active().filter(pk=data["agency"]).first()
    if agency is not None:
        tell_readers(agency)
        tell_reviewers(agency)


# -- reading


def tell_readers(agency: Agency) -> None:
    """Tells each person what is new today, what became overdue, and on Mondays
    everything unread."""
    if not ReadingRule.objects.filter(agency=agency).on(today()).exists():
        return
    day = today()
    duties = Duties(agency, day)
    told: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for row in of_people(duties, duties.staff.members.values() if duties.staff else ()):
        for kind, count in _occasions(row.open, day).items():
            told[kind, count, len(row.late) if kind == "reading_week" else 0].append(row.member.pk)
    people = User.objects.in_bulk({pk for found in told.values() for pk in found})
    for (kind, count, late), found in sorted(told.items()):
        notices.tell(
            [people[pk] for pk in found], kind, key=f"{kind}:{agency.pk}:{day.isoformat()}",
            url=reverse("my_reading"), facts={"count": count, "late": late}, agency=agency,
        )  # fmt: skip


def _occasions(left: list[Duty], day: datetime.date) -> dict[str, int]:
    """{kind: number of documents} to tell one person today."""
    found = {
        "reading_new": sum(duty.since == day for duty in left),
        "reading_late": sum(duty.due == day - DAY for duty in left),
        "reading_week": len(left) if day.weekday() == MONDAY else 0,
    }
    return {kind: count for kind, count in found.items() if count}


# -- reviews


def tell_reviewers(agency: Agency) -> None:
    """Announces each review whose stage was reached within the last week."""
    day = today()
    reached = [
        (one, kind, whom, days)
        for one in review_due.of_agencies([agency], day)
        for days, kind, whom in STAGES
        if 0 <= (day - one.next_on).days - days < CAUGHT_UP and not (days < 0 and one.next_on < day)
    ]
    if not reached:
        return
    named = dict(_titles({one.version for one, _kind, _whom, _days in reached}))
    people = People(agency)
    for one, kind, whom, days in reached:
        notices.tell(
            people.of(whom, one), kind, key=f"review:{one.version}:{one.next_on}:{days}",
            url=reverse("document_review" if whom != "approvers" else "document", args=[one.document]),
            facts={"title": named[one.version], "day": one.next_on}, agency=agency,
        )  # fmt: skip


def _titles(versions: Iterable[int]) -> Iterable[tuple[int, str]]:
    for pk, code, title in Version.objects.filter(pk__in=versions).values_list(
        "pk", "code", "title"
    ):
        yield pk, f"{code} {title}".strip()


def tell_of_withdrawal(review: Review) -> None:
    """Tells the officers that a review recommends withdrawing the document, inside the caller's
    transaction.

    The notice links to the withdrawal request, prefilled with the verdict."""
    version = review.version
    officers = People(version.agency).roles[Role.OFFICER]
    notices.tell(
        officers, "review_withdraw", key=f"review_withdraw:{review.pk}",
        url=withdrawal_address(review), facts={"title": str(version)},
        agency=version.agency, exclude=review.by,
    )  # fmt: skip


def withdrawal_address(review: Review) -> str:
    """The page on which an officer requests the withdrawal of the version, prefilled with the
    verdict."""
    return f"{reverse('procedures_admin:act', args=[review.version_id, 'thu-hoi'])}?soat-xet={review.pk}"


class People:
    """The people involved in an agency's reviews today. One query."""

    def __init__(self, agency: Agency) -> None:
        self.roles: dict[str, list[User]] = defaultdict(list)
        self.heads: dict[int, list[User]] = defaultdict(list)
        self.posts: dict[str, list[User]] = defaultdict(list)
        rows = Appointment.objects.current().filter(Q(person__is_active=True), agency=agency)
        for held in rows.select_related("person").order_by("pk"):
            self.roles[held.role].append(held.person)
            if held.role == Role.UNIT_HEAD and held.unit_id is not None:
                self.heads[held.unit_id].append(held.person)
            if post := fold(held.post):
                self.posts[post].append(held.person)

    def of(self, whom: str, one: review_due.Due) -> list[User]:
        """The recipients; if nobody holds the position, those one step higher."""
        heads = self.heads.get(one.unit or 0, [])
        officers = self.roles[Role.OFFICER]
        found = {
            "reviewers": self.posts.get(fold(one.owner_post), []) or heads,
            "heads": heads,
            "officers": officers,
            "approvers": self.roles[Role.APPROVER],
        }[whom]
        return list({one.pk: one for one in found or officers}.values())
