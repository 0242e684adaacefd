"""An agency's register of issued documents, and the overseer's page of all agencies: lists to
filter, sort and export."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from procedures import rules as document_rules
from procedures.models import Kind
from procedures.reader import as_of, issued_register, oversight
from procedures.reader.home import kinds_of
from procedures.reader.queries import VersionStatus, natural_key, title_key
from qms import access, frame
from qms.models import Agency
from qms.text import sheets
from qms.text.numbers import page_of
from search.words.vietnamese import fold, sort_key

PER_PAGE = 50
SORTS: dict[str, Callable[[VersionStatus], Any]] = {
    "code": lambda life: natural_key(life.version.code),
    "title": lambda life: title_key(life.version.title),
    "kind": lambda life: Kind.values.index(life.version.kind),
    "unit": lambda life: sort_key(life.version.unit_name),
    "issued": lambda life: life.version.issued_on,
    "effective": lambda life: life.version.effective_on,
    "state": lambda life: list(issued_register.STATES).index(life.state),
}


@require_safe
def agency_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything an agency has issued, with numbers, dates and states; `export` returns it as a
    file."""
    body = get_object_or_404(Agency, pk=pk)
    if not document_rules.may_see_register(request.user, body):
        raise Http404
    held = as_of.day_of(request)
    everything = issued_register.entries(body, access.tokens_for(request.user), held)
    chosen = _chosen(request, everything)
    found = [life for life in everything if _fits(life, chosen)]
    now, down, columns = sorted_by(request, SORTS, "code")
    found.sort(key=SORTS[now], reverse=down)
    if request.GET.get("export") in sheets.KINDS:
        lines = issued_register.lines(found)
        name = f"danh-muc-tai-lieu-{slugify(fold(body.code)) or body.pk}"
        return sheets.file_response(
            request.GET["export"], name, issued_register.HEADS, lines, issued_register.WIDTHS
        )
    context = {
        "agency": body,
        "page": page_of(found, request.GET.get("page"), PER_PAGE),
        "total": len(everything),
        "documents": len({life.version.document_id for life in found}),
        "held": held,
        "states": issued_register.counts(everything),
        "kinds": kinds_of(life.version.kind for life in everything),
        "units": _units(everything),
        "chosen": chosen,
        "columns": columns,
        "sort": request.GET.get("sort", ""),
        "exports": sheets.KINDS,
        "tabs": frame.agency_tabs(request.user, body),
    }
    return render(request, "procedures/register.html", context)


def _chosen(request: HttpRequest, everything: Iterable[VersionStatus]) -> dict[str, str]:
    """{"state", "kind", "unit"}: the selected value of each; "" for values that don't exist."""
    units = {str(life.version.unit_id) for life in everything if life.version.unit_id}
    allowed = {"state": set(issued_register.STATES), "kind": set(Kind.values), "unit": units}
    return {
        name: value if (value := request.GET.get(name, "")) in values else ""
        for name, values in allowed.items()
    }


def _fits(life: VersionStatus, chosen: dict[str, str]) -> bool:
    return (
        chosen["state"] in ("", life.state)
        and chosen["kind"] in ("", life.version.kind)
        and chosen["unit"] in ("", str(life.version.unit_id))
    )


def _units(everything: Iterable[VersionStatus]) -> list[dict[str, Any]]:
    """The units named in the register, in Vietnamese order: [{"value", "label", "count"}]."""
    names = {
        str(life.version.unit_id): life.version.unit_name
        for life in everything
        if life.version.unit_id
    }
    counts = Counter(str(life.version.unit_id) for life in everything)
    return [
        {"value": pk, "label": name, "count": counts[pk]}
        for pk, name in sorted(names.items(), key=lambda one: sort_key(one[1]))
    ]


def sorted_by(
    request: HttpRequest, names: Iterable[str], default: str
) -> tuple[str, bool, dict[str, dict[str, str]]]:
    """The sort order in `?sort=` (name, whether descending) and, for each column heading, the value
    a click requests and `aria-sort`."""
    asked = request.GET.get("sort", default)
    down, now = asked.startswith("-"), asked.removeprefix("-")
    known = list(names)
    if now not in known:
        down, now = False, default
    columns = {
        name: {
            "sort": f"-{name}" if name == now and not down else name,
            "now": ("descending" if down else "ascending") if name == now else "",
        }
        for name in known
    }
    return now, down, columns


@login_required
@require_safe
def agencies_overseen(request: HttpRequest) -> HttpResponse:
    """All agencies with their figures, sortable by each, also as a file. For overseers."""
    if not access.is_overseer(request.user):
        raise Http404
    now, down, columns = sorted_by(request, oversight.SORTS, "name")
    lines = oversight.lines(request.user, sort=now, down=down)
    if request.GET.get("export") in sheets.KINDS:
        rows: Iterable[Sequence[Any]] = map(oversight.cells, lines)
        return sheets.file_response(
            request.GET["export"], "cac-co-quan", oversight.HEADS, rows, oversight.WIDTHS
        )
    heads = [
        {"label": label, **columns[name]}
        for name, label in zip(oversight.SORTS, oversight.HEADS, strict=True)
    ]
    context = {
        "page": page_of(lines, request.GET.get("page"), PER_PAGE),
        "totals": oversight.totals(lines),
        "columns": heads,
        "exports": sheets.KINDS,
    }
    return render(request, "procedures/oversight.html", context)
