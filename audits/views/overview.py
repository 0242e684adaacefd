"""The user's audits, an agency's audits, and its registers of findings and actions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audits import figures, grades, rules, sources, waiting
from audits.leftovers import rules as leftover_rules
from audits.lessons import rules as lesson_rules
from audits.lifecycle import GOING_ON
from audits.models import Action, Audit, Finding, Grade, Invitation, Nonconformity
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
    _("Số"), _("Đơn vị"), _("Việc phải làm"), _("Người thực hiện"), _("Hạn hoàn thành"), _("Ngày hoàn thành"),
    _("Kết quả thực hiện"), _("Tình trạng"),
)  # fmt: skip
GROUPS = [("unfinished", _("Chưa đóng")), ("overdue", _("Có hành động quá hạn"))]
SHOWN = ("year", "number", "source", "state", "description", "unit__name")  # of a nonconformity
OF_UNITS = 20  # the newest, above the list; all are in the agency's list
CARDS = 25  # of nonconformities on a page: each is several lines
ACTION_WIDTHS = (14, 30, 60, 26, 16, 16, 50, 24)


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
    return rows.exclude(state=Invitation.State.CANCELLED)[:OF_UNITS]


@login_required
@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency's programmes and audits, and its open items."""
    user, body = current_user(request), agency_or_404(request, pk)
    cases = rules.nonconformities_in(user, body)
    context = {
        **_frame(request, body),
        "programmes": issues.of_agency(user, body),
        "page": page_of(request, rules.audits_of(user).filter(agency=body)),
        "open_cases": cases.filter(_in_state("unfinished")).count(),
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
    grade = request.GET.get("grade", "")
    rows = rows.filter(grade=grade) if grade in Grade.values else rows
    if request.GET.get("export") in sheets.KINDS:
        lines = _finding_lines(rows.select_related("unit", "audit", "version"))
        return _file(request, body, "phat-hien", FINDING_HEADS, lines, FINDING_WIDTHS)
    context = {
        **_frame(request, body),
        "page": page_of(request, rows.select_related(None).select_related("unit")),
        "grades": grades.names(body.pk).items(),
        "grade": grade,
    }
    return render(request, "audits/findings.html", context)


def _finding_lines(rows: "QuerySet[Finding]") -> Any:
    for one in rows.iterator(chunk_size=500):
        cited = f"{one.version.code} {one.version.title}".strip() if one.version else ""
        yield (
            one.code, one.grade_label, one.unit.name, one.clause, cited, one.seen,
            str(one.get_state_display()), one.audit.title, _day(one.told_on),
        )  # fmt: skip


@login_required
@require_safe
def actions(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of nonconformities with their actions; `export` returns the actions
    as a file."""
    user, body = current_user(request), agency_or_404(request, pk)
    if request.GET.get("export") in sheets.KINDS:
        named = rules.may_see_names(user, body)
        lines = _action_lines(_actions(request, body), named=named)
        return _file(request, body, "hanh-dong", ACTION_HEADS, lines, ACTION_WIDTHS)
    cases = rules.nonconformities_in(user, body).order_by("-year", "-number")
    cases = cases.select_related(None).select_related("unit").only(*SHOWN)
    state = request.GET.get("state", "")
    cases = cases.filter(_in_state(state))
    source = request.GET.get("source", "")
    cases = cases.filter(source=source) if source in dict(sources.choices()) else cases
    acts = Prefetch("actions", queryset=Action.objects.select_related("person"), to_attr="listed")
    context = {
        **_frame(request, body),
        "page": page_of(request, cases.prefetch_related(acts), CARDS),
        "states": [*GROUPS, *Nonconformity.State.choices],
        "state": state,
        "sources": sources.choices(),
        "source": source,
    }
    return render(request, "audits/actions.html", context)


def _in_state(state: str) -> Q:
    """Filters by the state in the URL, or a group of states; all rows for anything else."""
    if state == "unfinished":
        return ~Q(state__in=figures.ENDED)
    if state == "overdue":
        return Q(pk__in=figures.overdue().values("nonconformity"))
    return Q(state=state) if state in Nonconformity.State.values else Q()


def _actions(request: HttpRequest, body: Agency) -> "QuerySet[Action]":
    seen = rules.nonconformities_in(current_user(request), body)
    rows = Action.objects.filter(nonconformity__in=seen.order_by().values("pk"))
    return rows.select_related("nonconformity__unit", "person").order_by("due", "pk")


def _action_lines(rows: "QuerySet[Action]", *, named: bool) -> Any:
    for one in rows.iterator(chunk_size=500):
        case = one.nonconformity
        yield (
            case.code, case.unit.name, one.what, str(one.person) if named else "", _day(one.due), _day(one.done_on),
            one.done_note, str(case.get_state_display()),
        )  # fmt: skip


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _file(
    request: HttpRequest, body: Agency, name: str, heads: Any, lines: Any, widths: Any
) -> HttpResponse:
    name = f"{name}-{slugify(fold(body.code)) or body.pk}"
    return sheets.file_response(request.GET["export"], name, heads, lines, widths)
