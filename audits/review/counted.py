"""The figures of audits and documents for a management review. Each source makes a few queries,
whatever the size."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from audits import grades
from audits.models import Action, Audit, Decision, Finding, Grade, Nonconformity, Programme
from audits.programme import progress
from audits.review import inputs
from audits.review.agenda import Topic
from audits.review.inputs import MOST_NAMED, Collected, Period, Source
from audits.sources import ABOUT_CITIZENS
from procedures.models import ChangeRequest, Review, Version, VersionAct
from procedures.readership.reading.duties import Duties
from procedures.readership.reviews import due as periodic
from qms.clock import today, written
from qms.models import Agency, Appointment, Role, Unit, current
from qms.text.folding import fold

State = Nonconformity.State
LONGEST = 200  # letters of a named item


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(LONGEST)


# -- earlier decisions


def earlier(agency: Agency, period: Period) -> Collected:
    rows = Decision.objects.filter(review__agency=agency, review__state="signed")
    open_ = list(rows.filter(done_on=None).select_related("person", "review"))
    return Collected(
        {
            "done": rows.filter(done_on__range=(period.first, period.last)).count(),
            "open": len(open_),
            "overdue": sum(one.is_overdue for one in open_),
        },
        [
            f"{one.review.code}: {_short(one.what)} ({one.person}, {written(one.due)})"
            for one in open_[:MOST_NAMED]
        ],
    )


# -- changes


def documents(agency: Agency, period: Period) -> Collected:
    days = (period.first, period.last)
    ours = Version.objects.filter(agency=agency)
    made = ours.standing().filter(effective_on__range=days)
    rows = list(made.order_by("effective_on", "pk").values_list("ordinal", "code", "title"))
    acts = VersionAct.objects.filter(version__agency=agency, on_day__range=days)
    return Collected(
        {
            "in_force": ours.in_force(period.last).order_by().count(),
            "new": sum(ordinal == 1 for ordinal, _code, _title in rows),
            "revised": sum(ordinal > 1 for ordinal, _code, _title in rows),
            "withdrawn": acts.filter(kind=VersionAct.Kind.WITHDRAWN)
            .values("version__document")
            .distinct()
            .count(),
        },
        [_short(f"{code} {title}".strip()) for _ordinal, code, title in rows[:MOST_NAMED]],
    )


def organisation(agency: Agency, period: Period) -> Collected:
    days = (period.first, period.last)
    units = Unit.objects.filter(agency=agency)
    return Collected(
        {
            "opened": units.filter(active_from__range=days).count(),
            "ended": units.filter(active_to__range=days).count(),
        }
    )


# -- results for citizens, and faults


def services(agency: Agency, period: Period) -> Collected:
    rows = _cases(agency).filter(opened_on__range=(period.first, period.last))
    found = Counter(rows.filter(source__in=ABOUT_CITIZENS).values_list("source", flat=True))
    still = _cases(agency).filter(source__in=ABOUT_CITIZENS).exclude(state__in=Nonconformity.ENDED)
    return Collected(
        {
            "wrong_result": found["wrong_result"],
            "citizen_papers": found["citizen_papers"],
            "open": still.count(),
        },
        [f"{one.code}: {_short(one.description)}" for one in still[:MOST_NAMED]],
    )


def _cases(agency: Agency) -> "QuerySet[Nonconformity]":
    return Nonconformity.objects.filter(agency=agency).exclude(state=State.DROPPED)


def corrections(agency: Agency, period: Period) -> Collected:
    days = (period.first, period.last)
    cases = _cases(agency)
    counted = cases.aggregate(
        opened=Count("pk", filter=Q(opened_on__range=days)),
        closed=Count("pk", filter=Q(state=State.CLOSED, closed_on__range=days)),
        ineffective=Count("pk", filter=Q(state=State.INEFFECTIVE, closed_on__range=days)),
        open=Count("pk", filter=~Q(state__in=Nonconformity.ENDED)),
    )
    late = Action.objects.filter(
        nonconformity__agency=agency,
        nonconformity__state=State.AGREED,
        done_on=None,
        due__lt=today(),
    ).select_related("nonconformity")
    rows = list(late.order_by("due", "pk"))
    return Collected(
        {**counted, "overdue": len(rows)},
        [
            f"{one.nonconformity.code}: {_short(one.what)} ({written(one.due)})"
            for one in rows[:MOST_NAMED]
        ],
    )


# -- monitoring


def periodic_reviews(agency: Agency, period: Period) -> Collected:
    done = Review.objects.filter(agency=agency, on_day__range=(period.first, period.last))
    verdicts = Counter(done.values_list("verdict", flat=True))
    dues = [one for one in periodic.of_agencies([agency]) if one.state(today()) == "late"]
    return Collected(
        {
            "done": sum(verdicts.values()),
            "to_revise": verdicts["revise"],
            "to_withdraw": verdicts["withdraw"],
            "late": len(dues),
        },
        [
            _short(f"{version.code} {version.title}".strip())
            for _one, version in periodic.named(dues[:MOST_NAMED])
        ],
    )


def reading(agency: Agency, period: Period) -> Collected:
    duties = Duties(agency)
    tallies = [duties.tally(one) for one in duties.readings]
    return Collected(
        {
            "must": sum(len(one.must) for one in tallies),
            "done": sum(len(one.done) for one in tallies),
            "late": sum(len(one.late) for one in tallies),
        }
    )


# -- audits


def audits(agency: Agency, period: Period) -> Collected:
    days = (period.first, period.last)
    told = Audit.objects.filter(agency=agency, concluded_on__range=days)
    findings = Finding.objects.filter(agency=agency, told_on__range=days)
    findings = findings.exclude(state=Finding.State.DROPPED)
    found = Counter(findings.values_list("grade", flat=True))
    grave = findings.filter(grade=Grade.MAJOR).order_by("year", "number")
    return Collected(
        {"concluded": told.count(), **{grade: found[grade] for grade in Grade.values}},
        [f"{one.code}: {_short(one.seen)}" for one in grave[:MOST_NAMED]],
        grades.own_names(agency.pk),
    )


def programme(agency: Agency, period: Period) -> Collected:
    """The lines of the programme of the year in which the period ends, and those that audits have
    carried out."""
    year = Programme.objects.filter(
        agency=agency, year=period.last.year, state=Programme.State.APPROVED
    ).first()
    lines = progress.of_lines(year) if year else []
    late = [one.line for one in lines if one.state == progress.LATE]
    return Collected(
        {
            "planned": len(lines),
            "audited": sum(one.state == progress.DONE for one in lines),
            "late": len(late),
        },
        [one["unit_name"] for one in late[:MOST_NAMED]],
    )


# -- resources, risks, opportunities


def people(agency: Agency, period: Period) -> Collected:
    posts = Appointment.objects.current().filter(agency=agency, person__is_active=True)
    units = Unit.objects.filter(current(None, "active_from", "active_to"), agency=agency)
    headed = posts.filter(role=Role.UNIT_HEAD).values("unit")
    without = units.exclude(pk__in=headed).order_by("name", "pk")
    return Collected(
        {
            "people": posts.values("person").distinct().count(),
            "auditors": posts.filter(role=Role.AUDITOR).values("person").distinct().count(),
            "units": units.count(),
            "without_head": without.count(),
        },
        [one.name for one in without[:MOST_NAMED]],
    )


# What people write, folded, where no risk changes: the form asks for “Không”
NO_CHANGE = frozenset({"khong", "khong co", "khong doi", "khong thay doi", "no", "none"})


def changes_risks(text: str) -> bool:
    return fold(text).strip(" .,;!") not in NO_CHANGE


def risks(agency: Agency, period: Period) -> Collected:
    """Risks considered in plans of correction, those considered without a change, and whether the
    actions about the others were effective."""
    cases = _cases(agency).exclude(risks="")
    days = (period.first, period.last)
    assessed = list(cases.filter(agreed_on__range=days).order_by("year", "number"))
    changed = [one for one in assessed if changes_risks(one.risks)]
    judged = cases.filter(closed_on__range=days, state__in=(State.CLOSED, State.INEFFECTIVE))
    states = Counter(
        state for state, text in judged.values_list("state", "risks") if changes_risks(text)
    )
    return Collected(
        {
            "assessed": len(assessed),
            "unchanged": len(assessed) - len(changed),
            "effective": states[State.CLOSED],
            "ineffective": states[State.INEFFECTIVE],
        },
        [f"{one.code}: {_short(one.risks)}" for one in changed[:MOST_NAMED]],
    )


def opportunities(agency: Agency, period: Period) -> Collected:
    days = (period.first, period.last)
    found = Finding.objects.filter(agency=agency, told_on__range=days, grade=Grade.OPPORTUNITY)
    found = found.exclude(state=Finding.State.DROPPED).order_by("year", "number")
    asked = ChangeRequest.objects.filter(agency=agency)
    return Collected(
        {
            "opportunities": found.count(),
            "asked": asked.filter(asked_at__date__range=days).count(),
            "open": asked.filter(
                state__in=(ChangeRequest.State.OPEN, ChangeRequest.State.ACCEPTED)
            ).count(),
        },
        [f"{one.code}: {_short(one.seen)}" for one in found[:MOST_NAMED]],
    )


SOURCES: tuple[Source, ...] = (
    Source("earlier", Topic.EARLIER, _("Kết luận của các kỳ trước"), {
        "done": _("Hoàn thành trong kỳ"), "open": _("Chưa hoàn thành"), "overdue": _("Trong đó quá hạn"),
    }, earlier),
    Source("documents", Topic.CHANGES, _("Tài liệu"), {
        "in_force": _("Tài liệu đang có hiệu lực"), "new": _("Ban hành mới"), "revised": _("Sửa đổi"),
        "withdrawn": _("Thu hồi"),
    }, documents),
    Source("organisation", Topic.CHANGES, _("Tổ chức"), {
        "opened": _("Đơn vị mới"), "ended": _("Đơn vị kết thúc hoạt động"),
    }, organisation),
    Source("services", Topic.PROCESSES, _("Kết quả trả cho người dân, tổ chức"), {
        "wrong_result": _("Kết quả trả sai hoặc trả muộn"), "citizen_papers": _("Giấy tờ bị mất hoặc hỏng"),
        "open": _("Chưa đóng"),
    }, services),
    Source("corrections", Topic.CORRECTIONS, _("Sự không phù hợp"), {
        "opened": _("Mở trong kỳ"), "closed": _("Đóng trong kỳ, có hiệu lực"),
        "ineffective": _("Hành động khắc phục chưa hiệu lực"), "open": _("Chưa đóng"),
        "overdue": _("Hành động quá hạn"),
    }, corrections),
    Source("periodic", Topic.MONITORING, _("Soát xét định kỳ tài liệu"), {
        "done": _("Đã soát xét trong kỳ"), "to_revise": _("Kết luận cần sửa đổi"),
        "to_withdraw": _("Kết luận cần thu hồi"), "late": _("Quá hạn soát xét"),
    }, periodic_reviews),
    Source("reading", Topic.MONITORING, _("Xác nhận đã đọc"), {
        "must": _("Lượt phải đọc"), "done": _("Đã xác nhận"), "late": _("Quá hạn"),
    }, reading),
    Source("audits", Topic.AUDITS, _("Đánh giá"), {
        "concluded": _("Cuộc đánh giá đã kết luận"), **{one.value: one.label for one in Grade},
    }, audits),
    Source("programme", Topic.AUDITS, _("Chương trình đánh giá"), {
        "planned": _("Lượt đơn vị trong chương trình"), "audited": _("Đã đánh giá"),
        "late": _("Quá tháng dự định"),
    }, programme),
    Source("people", Topic.RESOURCES, _("Nhân sự"), {
        "people": _("Người đang giữ vai trò"), "auditors": _("Đánh giá viên nội bộ"),
        "units": _("Đơn vị"), "without_head": _("Đơn vị chưa ghi trưởng đơn vị"),
    }, people),
    Source("risks", Topic.RISKS, _("Rủi ro trong kế hoạch hành động khắc phục"), {
        "assessed": _("Kế hoạch có đánh giá rủi ro"), "unchanged": _("Trong đó không phải thay đổi"), "effective": _("Hành động có hiệu lực"),
        "ineffective": _("Hành động chưa hiệu lực"),
    }, risks),
    Source("opportunities", Topic.IMPROVEMENT, _("Đề xuất cải tiến"), {
        "opportunities": _("Cơ hội cải tiến từ đánh giá"), "asked": _("Yêu cầu sửa đổi tài liệu trong kỳ"),
        "open": _("Yêu cầu chưa xử lý xong"),
    }, opportunities),
)  # fmt: skip


def register() -> None:
    for one in SOURCES:
        inputs.add(one)


def label_of(source: str, figure: str) -> Any:
    """The label of a figure on screen and paper; its bare name if its app is no
    longer installed."""
    known = inputs.get(source)
    return known.figures.get(figure, figure) if known else figure
