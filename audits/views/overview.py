"""The user's audits, an agency's audits, and its registers of findings and actions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, Prefetch, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audits import figures, grades, registers, rules, waiting
from audits.leftovers import rules as leftover_rules
from audits.lessons import rules as lesson_rules
from audits.lifecycle import GOING_ON
from audits.models import Action, Audit, Finding, Invitation, Nonconformity
from audits.programme import issues
from audits.views.common import agency_or_404, page_of
from qms import access, frame
from qms.access import current_user
from qms.clock import now
from qms.models import Agency, User
from qms.text import sheets
from search.words.vietnamese import fold

FINDING_HEADS = (
    _("Số"), _("Mức"), _("Đơn vị"), _("Điều khoản"), _("Tài liệu"), _("Điều đã thấy"), _("Tình trạng"),
    _("Cuộc đánh giá"), _("Ngày thông báo"),
)  # fmt: skip
FINDING_WIDTHS = (14, 22, 30, 12, 40, 60, 22, 40, 16)
ACTION_HEADS = (
    _("Số"), _("Đơn vị"), _("Nguồn"), _("Mức"), _("Mô tả"), _("Tình trạng"), _("Ngày mở"), _("Ngày đóng"),
    _("Việc phải làm"), _("Người thực hiện"), _("Hạn hoàn thành"), _("Ngày hoàn thành"), _("Kết quả thực hiện"),
)  # fmt: skip
AUDIT_HEADS = (
    _("Tên cuộc đánh giá"), _("Loại"), _("Hình thức"), _("Cơ quan đánh giá"), _("Từ ngày"), _("Đến ngày"),
    _("Tình trạng"), _("Ngày kết luận"), _("Phát hiện"),
)  # fmt: skip
AUDIT_WIDTHS = (50, 28, 24, 30, 14, 14, 20, 16, 12)
SHOWN = ("year", "number", "source", "state", "description", "unit__name")  # of a nonconformity
OF_UNITS = 20  # the newest, above the list; all are in the agency's list
CARDS = 25  # of nonconformities on a page: each is several lines
ACTION_WIDTHS = (14, 30, 26, 10, 60, 24, 14, 14, 60, 26, 16, 16, 50)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The audits that the user takes part in, those under way first, and their tasks."""
    user = current_user(request)
    parts = rules.memberships(user).filter(part__in=rules.TEAM)
    own = Audit.objects.with_names().filter(pk__in=parts.values("audit"))
    own = own.order_by(
        Case(
            When(state=Audit.State.UNDER_WAY, then=0),
            When(state__in=[Audit.State.PLANNING, Audit.State.PLANNED], then=1),
            default=2,
        ),
        "-starts_on",
        "-pk",
    )
    context = {
        "page": page_of(request, own),
        "of_units": rules.audits_of_own_units(user)[:OF_UNITS],
        "invitations": _coming_invitations(user),
        "tasks": waiting.tasks(user),
        "agencies": access.home_agencies(user),
        "oversees": access.is_overseer(user),
        "lists_leftovers": leftover_rules.may_list(user),
        "reads_lessons": lesson_rules.may_read(user),
    }
    return render(request, "audits/mine.html", context)


def _coming_invitations(user: User) -> "QuerySet[Invitation]":
    """The user's invitations as the audited side, answered or not, until the line begins."""
    rows = Invitation.objects.filter(
        person=user.pk, side=Invitation.Side.AUDITEE, starts_at__gt=now(), audit__state__in=GOING_ON
    )
    rows = rows.exclude(state=Invitation.State.CANCELLED)
    return rows.select_related("audit", "meeting")[:OF_UNITS]


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency's programmes and audits, and its open items; `export` returns the audits as a file."""
    user, body = current_user(request), agency_or_404(request, pk)
    cases = rules.nonconformities_in(user, body)
    audits = rules.audits_of(user).filter(agency=body)
    if request.GET.get("export") in sheets.KINDS:
        lines = _audit_lines(audits, rules.findings_of(user).filter(agency=body))
        return _file(request, body, "cuoc-danh-gia", AUDIT_HEADS, lines, AUDIT_WIDTHS)
    context = {
        **_frame(request, body),
        "programmes": issues.of_agency(user, body),
        "page": page_of(request, audits),
        "open_cases": cases.filter(registers.in_state("unfinished")).count(),
        "overdue": figures.overdue()
        .filter(nonconformity__in=cases.order_by().values("pk"))
        .count(),
        "may_plan": rules.may_plan_programme(user, body),
    }
    return render(request, "audits/agency.html", context)


def _frame(request: HttpRequest, body: Agency) -> dict[str, Any]:
    user = current_user(request)
    return {
        "agency": body,
        "tabs": frame.agency_tabs(user, body),
        "sees_names": rules.may_see_names(user, body),
        "may_report": rules.may_report(user, body),
        "exports": sheets.KINDS,
    }


@login_required
@require_safe
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of findings that the user may see; `export` returns a file."""
    body = agency_or_404(request, pk)
    rows = rules.findings_of(current_user(request)).filter(agency=body)
    rows = rows.order_by("-year", "-number")
    own = grades.names(body.pk)
    choices = registers.of_findings(body, request.GET, own)
    rows = registers.narrowed(rows, choices)
    if request.GET.get("export") in sheets.KINDS:
        lines = _finding_lines(rows.select_related("unit", "audit", "version"), own)
        return _file(request, body, "phat-hien", FINDING_HEADS, lines, FINDING_WIDTHS)
    context = {
        **_frame(request, body),
        "page": page_of(request, rows.select_related(None).select_related("unit")),
        "grades": own,
        "choices": choices,
        "chosen": registers.chosen(choices, request.GET),
    }
    return render(request, "audits/findings.html", context)


def _finding_lines(rows: "QuerySet[Finding]", names: dict[str, str]) -> Any:
    for one in rows.iterator(chunk_size=500):
        cited = f"{one.version.code} {one.version.title}".strip() if one.version else ""
        yield (
            one.code, grades.in_agency(one, names), one.unit.name, one.clause, cited, one.seen,
            str(one.get_state_display()), one.audit.title, _day(one.told_on),
        )  # fmt: skip


@login_required
@require_safe
def actions(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of nonconformities with their actions; `export` returns them
    as a file."""
    user, body = current_user(request), agency_or_404(request, pk)
    choices = registers.of_cases(body, request.GET)
    cases = registers.narrowed(rules.nonconformities_in(user, body), choices)
    cases = cases.order_by("-year", "-number")
    if request.GET.get("export") in sheets.KINDS:
        lines = _case_lines(cases, named=rules.may_see_names(user, body))
        return _file(request, body, "su-khong-phu-hop", ACTION_HEADS, lines, ACTION_WIDTHS)
    cases = cases.select_related(None).select_related("unit").only(*SHOWN)
    acts = Prefetch("actions", queryset=Action.objects.select_related("person"), to_attr="listed")
    context = {
        **_frame(request, body),
        "page": page_of(request, cases.prefetch_related(acts), CARDS),
        "choices": choices,
        "chosen": registers.chosen(choices, request.GET),
    }
    return render(request, "audits/actions.html", context)


def _case_lines(cases: "QuerySet[Nonconformity]", *, named: bool) -> Any:
    """A line for each action; a nonconformity without any has one line of its own."""
    acts = Prefetch(
        "actions",
        queryset=Action.objects.select_related("person").order_by("due", "pk"),
        to_attr="listed",
    )
    for case in cases.prefetch_related(acts).iterator(chunk_size=500):
        facts = (
            case.code, case.unit.name, case.source_label, str(_("Nhẹ") if case.minor else _("Nặng")), case.description,
            str(case.get_state_display()), _day(case.opened_on), _day(case.closed_on),
        )  # fmt: skip
        for one in case.listed:  # type: ignore[attr-defined]  # of the Prefetch
            who = str(one.person) if named else ""
            yield (*facts, one.what, who, _day(one.due), _day(one.done_on), one.done_note)
        if not case.listed:  # type: ignore[attr-defined]  # of the Prefetch
            yield (*facts, "", "", "", "", "")


def _audit_lines(rows: "QuerySet[Audit]", findings: "QuerySet[Finding]") -> Any:
    """`findings`: those that the user may see."""
    told = figures.told(findings).order_by()
    found = dict(told.values_list("audit").annotate(number=Count("pk")))
    for one in rows.iterator(chunk_size=500):
        yield (
            one.title, str(one.get_kind_display()), str(one.get_way_display()), one.body.name if one.body else str(_("Thành phố")),
            _day(one.starts_on), _day(one.ends_on), str(one.get_state_display()), _day(one.concluded_on), found.get(one.pk, 0),
        )  # fmt: skip


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _file(
    request: HttpRequest, body: Agency, name: str, heads: Any, lines: Any, widths: Any
) -> HttpResponse:
    name = f"{name}-{slugify(fold(body.code)) or body.pk}"
    return sheets.file_response(request.GET["export"], name, heads, lines, widths)
