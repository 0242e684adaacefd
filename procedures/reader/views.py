"""The reader's pages: home, agencies, document, version, files. They read versions only."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures import files
from procedures import rules as document_rules
from procedures.changes import on_page
from procedures.models import Kind, Version, VersionAct
from procedures.reader import (
    approval_sheet,
    as_of,
    following,
    linking,
    proof,
    queries,
    related,
    staff,
)
from procedures.reader import render as drawing
from procedures.reader.home import by_kind, kinds_of
from procedures.readership.reading import waiting as reading
from procedures.readership.reviews import waiting as reviews
from qms import access, frame, rules
from qms.clock import today
from qms.desk import agencies as desk_agencies
from qms.desk import bookmarks
from qms.models import Agency
from qms.text import qr
from qms.text.numbers import page_of
from qms.work import paper_files
from search.words.vietnamese import fold, sort_key

PER_PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box, and the apps' blocks below it."""
    return render(request, "procedures/home.html", {"blocks": frame.home_blocks(request)})


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Every agency, by kind; closed ones with their successor."""
    counts = queries.counts_by_agency(access.tokens_for(request.user))
    context = {
        "groups": by_kind(queries.agency_list(), counts),
        "closed": queries.agency_list(closed=True),
        "total": sum(counts.values()),
    }
    return render(request, "procedures/agencies.html", context)


@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency's documents in force, by kind and unit."""
    body = get_object_or_404(Agency.objects.select_related("successor"), pk=pk)
    sort = request.GET.get("sort", "") if request.GET.get("sort") in {"title", "date"} else "code"
    rows = queries.agency_rows(body, access.tokens_for(request.user), sort)
    units = queries.units_of(rows)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Kind.values else ""
    unit = next((pk for pk in units if str(pk) == request.GET.get("unit")), None)
    chosen = [
        row for row in rows if (not kind or row.kind == kind) and (not unit or row.unit == unit)
    ]
    chips = [
        {"value": pk, "label": name, "count": sum(row.unit == pk for row in rows)}
        for pk, name in sorted(units.items(), key=lambda u: sort_key(u[1]))
    ]
    if sort == "code":
        chosen.sort(key=lambda row: Kind.values.index(row.kind))
    page = page_of(chosen, request.GET.get("page"), PER_PAGE)
    context = {
        "agency": body,
        "closed": bool(body.active_to and body.active_to < today()),
        "groups": _grouped(page) if sort == "code" else [{"label": "", "rows": list(page)}],
        "page": page,
        "total": len(rows),
        "kinds": kinds_of(row.kind for row in rows),
        "units": chips,
        "kind": kind,
        "unit": unit,
        "sort": sort,
        "tabs": frame.agency_tabs(request.user, body),
        "bookmarks": bookmarks.on_page(request, desk_agencies.subject(pk)),
        "sorts": [("code", _("Mã hiệu")), ("title", _("Tên")), ("date", _("Mới ban hành"))],
    }
    return render(request, "procedures/agency.html", context)


@require_safe
def agency_people(request: HttpRequest, pk: int) -> HttpResponse:
    """The staff of an agency by unit and post, for its own people. `person`: opens the page of the
    list with that person."""
    body = get_object_or_404(Agency, pk=pk)
    if not rules.may_see_people(request.user, body):
        raise Http404
    everybody = staff.at_work(body)
    units = {post.unit: post.unit_name for post in everybody if post.unit}
    unit = next((pk for pk in units if str(pk) == request.GET.get("unit")), None)
    chosen = [post for post in everybody if not unit or post.unit == unit]
    sought = next(
        (
            place
            for place, post in enumerate(chosen)
            if str(post.person) == request.GET.get("person")
        ),
        None,
    )
    at = str(sought // PER_PAGE + 1) if sought is not None else None
    page = page_of(chosen, request.GET.get("page") or at, PER_PAGE)
    # A person in two posts has one anchor
    first_of = {post.person: post.key for post in reversed(list(page))}
    by_unit = [
        {"name": name, "posts": [p for p in page if p.unit_name == name]}
        for name in dict.fromkeys(post.unit_name for post in page)
    ]
    context = {
        "agency": body,
        "groups": by_unit,
        "first_of": set(first_of.values()),
        "page": page,
        "sought": chosen[sought].person if sought is not None else None,
        "units": [
            {"value": pk, "label": name, "count": sum(post.unit == pk for post in everybody)}
            for pk, name in units.items()
        ],
        "unit": unit,
        "tabs": frame.agency_tabs(request.user, body),
    }
    return render(request, "procedures/people.html", context)


def _grouped(page: Page) -> list[dict[str, Any]]:
    """The rows of a page under the headings of their kinds, in the order of the kinds."""
    kinds = dict.fromkeys(row.kind for row in page)
    return [
        {"label": kind_label(kind), "rows": [row for row in page if row.kind == kind]}
        for kind in kinds
    ]


def kind_label(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else ""


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent URL of a document: always the version in force; if there is none, the next or
    the last one. `ngay`: the version in force on an earlier day; if there was none, today's with a
    note."""
    tokens = access.tokens_for(request.user)
    held = as_of.day_of(request)
    found = queries.statuses(pk, tokens)
    of_day = queries.statuses(pk, tokens, held.day) if held.asked else []
    then = next((one for one in of_day if one.state == "in_force"), None)
    life = next((one for one in found if then and one.version.pk == then.version.pk), None)
    life = life or queries.to_read(found)
    if life is None:
        raise Http404
    return _version_page(request, life, found, held, then)


@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, in force or not; a banner names the one to read instead."""
    return _version_page(request, *_status_or_404(request, pk))


@require_safe
def approval_page(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The approval page of a version as PDF or Word file, in the language of the screen
    or `?lang=`."""
    life, found = _status_or_404(request, pk)
    language = paper_files.language_of(request)
    paper = approval_sheet.sheet(life, found, request.user, language=language)
    code = slugify(fold(life.version.code)) or str(life.version.document_id)
    return paper_files.as_file(paper, kind, f"trang-phe-duyet-{code}-v{life.version.ordinal}")


def _status_or_404(
    request: HttpRequest, pk: int
) -> tuple[queries.VersionStatus, list[queries.VersionStatus]]:
    """The version's state, and those of all versions of its document that the user may read."""
    tokens = access.tokens_for(request.user)
    found = queries.statuses(get_object_or_404(queries.visible(tokens), pk=pk).document_id, tokens)
    life = next((one for one in found if one.version.pk == pk), None)
    if life is None:
        raise Http404
    return life, found


def _version_page(
    request: HttpRequest,
    life: queries.VersionStatus,
    found: list[queries.VersionStatus],
    held: as_of.Day | None = None,
    then: queries.VersionStatus | None = None,
) -> HttpResponse:
    shown = life.version
    content = Version.objects.filter(pk=shown.pk).values_list("content", flat=True)
    drawn = drawing.version(
        shown.pk, shown.digest, content.get, files.Addresses(shown.pk, life.files)
    )
    tokens = access.tokens_for(request.user)
    keys = [*drawn["codes"], *(form["key"] for form in drawn["forms"])]
    found_by_code = related.in_force_by_code(shown, keys, tokens)
    laws = linking.basis(shown.legal_basis, drawn["where"])
    struck_out = _struck_out(request, shown)
    acts = [act for one in found for act in one.acts]
    told = proof.told([*acts, *struck_out], request.user)
    context = {
        "life": life,
        "version": shown,
        "drawn": drawn,
        "sections": linking.with_links(drawn["sections"], found_by_code, laws),
        "laws": laws,
        "forms": related.forms_of(drawn["forms"], found_by_code),
        "named_in": related.named_in(shown, tokens) if shown.kind == Kind.FORM else [],
        "alike": related.alike(shown, tokens) if life.state == "in_force" else [],
        "lives": found,
        "downloads": [f for f in life.files if f.get("role") not in {"picture", "shown"}],
        "offered": related.offered(shown, life.files),
        "copy_base": settings.BASE_URL
        + (
            reverse("document", args=[shown.document_id])
            if life.state == "in_force"
            else shown.get_absolute_url()
        ),
        "may_manage": access.has_role(request.user, shown.agency_id, "officer"),
        "may_copy": bool(access.agencies_with(request.user, "officer", "author")),
        "held": held,
        "then": then,
        "none_then": bool(held and held.asked and then is None),
        "later": as_of.recorded_later(life, held.day) if held and then else None,
        "signed": proof.signatures_of(shown, request.user),
        "stories": [(one, [told[act.pk] for act in one.story]) for one in found],
        "struck_out": [told[act.pk] for act in struck_out],
        "recorded_from": proof.recorded_from(shown),
        "issued_by": proof.issued_by(shown),
        "permanent": f"{settings.BASE_URL}/d/{shown.document_id}/",
        "qr": qr.data_uri(f"{settings.BASE_URL}/d/{shown.document_id}/"),
        "print_day": today(),
        "bookmarks": bookmarks.on_page(request, following.subject(shown.document_id), seen=True),
        "reviews": reviews.on_page(request.user, shown, in_force=life.state == "in_force"),
        "reading": reading.on_page(request.user, shown, in_force=life.state == "in_force"),
        "changes": on_page.of(request.user, life, found),
    }
    return render(request, "procedures/version.html", context)


def _struck_out(request: HttpRequest, version: Version) -> list[VersionAct]:
    """The acts that struck out versions of this document, for users who may see them."""
    if not document_rules.may_see_struck_out(request.user, version.agency):
        return []
    return proof.struck_out_of(version.document_id)


@require_safe
def version_file(request: HttpRequest, pk: int, sha256: str, name: str) -> HttpResponseBase:
    """A file of a version, for users who may read the version."""
    shown = get_object_or_404(
        queries.visible(access.tokens_for(request.user)).prefetch_related("acts"), pk=pk
    )
    held = [*shown.files, *(f for act in shown.acts.all() for f in act.files)]
    file = next((f for f in held if f.get("sha256") == sha256), None)
    if file is None:
        raise Http404
    return files.send(request, file)
