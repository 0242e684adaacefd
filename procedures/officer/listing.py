"""The register of documents, and the creation of new ones."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from procedures import code_templates as codes
from procedures import lifecycle, rules
from procedures.content import stream
from procedures.models import Kind, Version
from procedures.officer import register
from procedures.officer.common import (
    AuthenticatedRequest,
    document_or_404,
    for_drafters,
    show,
)
from procedures.reader import city_templates
from qms import access
from qms.errors import Refused
from qms.models import Agency, Unit
from qms.text.numbers import page_of, whole_number
from qms.work import once

PER_PAGE = 50
MOST_OFFERED = 12  # city templates offered next to a new document; the list has all
DESCENDING_FIRST = {"since", "changed"}


@for_drafters
@require_safe
def documents(request: AuthenticatedRequest) -> HttpResponse:
    """The documents of the user's agencies by kind and state, searchable with or without
    diacritics."""
    agencies = register.drafting_agencies(request.user)
    asked = Asked(request, agencies)
    everything = register.rows_of(request.user, asked.agency)
    found, notice = everything, ""
    if asked.query:
        found, notice = register.matching(everything, asked.query, request.user)
    counted = register.counts(found)
    rows = [
        row
        for row in found
        if (not asked.kind or row.kind == asked.kind)
        and (not asked.state or asked.state in row.states)
        and asked.fits_unit(row)
    ]
    if asked.sort or not asked.query:
        rows = register.sort(rows, asked.sort or "code", descending=asked.descending)
    page = page_of(rows, request.GET.get("page"), PER_PAGE)
    context = {
        "agencies": agencies,
        "agency_names": {a.pk: a.label for a in agencies},
        "asked": asked,
        "notice": notice,
        "page": page,
        "total": len(rows),
        "everything": len(everything),
        "kinds": [
            {"value": k, "label": Kind(k).label, "count": counted[f"kind:{k}"]}
            for k in Kind.values
            if counted[f"kind:{k}"] or k == asked.kind
        ],
        "states": [
            {"value": s, "label": label, "count": counted[s]}
            for s, label in register.STATES.items()
        ],
        "units": sorted(
            {(row.unit_id, row.unit_name) for row in everything if row.unit_id},
            key=lambda u: register.sort_key(u[1]),
        ),
        "may_import": any(rules.may_import(request.user, agency) for agency in agencies),
        "may_set_codes": any(rules.may_set_codes(request.user, agency) for agency in agencies),
        "columns": [
            {"key": key, "label": label, **asked.sorting(key)}
            for key, label in register.SORTS.items()
        ],
    }
    template = (
        "_documents.html"
        if request.headers.get("X-Requested-With") == "register"
        else "documents.html"
    )
    return show(request, template, _("Tài liệu"), context)


class Asked:
    """The query parameters of the register; unknown ones are ignored."""

    def __init__(self, request: AuthenticatedRequest, agencies: list[Agency]) -> None:
        ask = request.GET
        self.query = ask.get("q", "").strip()[:200]
        self.kind = ask.get("kind", "") if ask.get("kind") in Kind.values else ""
        self.state = ask.get("state", "") if ask.get("state") in register.STATES else ""
        wanted = whole_number(ask.get("agency"))
        self.agency = wanted if wanted in {a.pk for a in agencies} else None
        self.unit = whole_number(ask.get("unit"))
        sort = ask.get("sort", "")
        self.descending = sort.startswith("-")
        self.sort = sort.lstrip("-") if sort.lstrip("-") in register.SORTS else ""

    def fits_unit(self, row: register.Row) -> bool:
        return self.unit is None or row.unit_id == self.unit

    def address(self, **changes: Any) -> str:
        """The URL of the same query with some of it changed; empty values are dropped."""
        sort = f"-{self.sort}" if self.sort and self.descending else self.sort
        now = {
            "q": self.query,
            "kind": self.kind,
            "state": self.state,
            "agency": self.agency,
            "unit": self.unit,
            "sort": sort,
            **changes,
        }
        return "?" + urlencode({key: value for key, value in now.items() if value})

    def sorting(self, key: str) -> dict[str, Any]:
        """How a column heading is shown, and the URL it links to."""
        chosen = self.sort == key or (not self.sort and not self.query and key == "code")
        turned = f"-{key}" if chosen and not self.descending else key
        falling = self.descending != (key in DESCENDING_FIRST)
        return {
            "address": self.address(sort=turned),
            "chosen": chosen,
            "aria": ("descending" if falling else "ascending") if chosen else "none",
        }

    @property
    def narrowed(self) -> bool:
        return bool(self.query or self.kind or self.state or self.agency or self.unit)


class NewDocumentForm(forms.Form):
    """The first facts of a document; the rest is filled in afterwards in the autosaving editor."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=gettext_lazy("Cơ quan"), empty_label=None
    )
    kind = forms.ChoiceField(
        choices=Kind.choices,
        label=gettext_lazy("Loại tài liệu"),
        widget=forms.RadioSelect,
        initial=Kind.PROCEDURE,
    )
    title = forms.CharField(
        label=gettext_lazy("Tên tài liệu"),
        max_length=500,
        help_text=gettext_lazy(
            "Như trên trang bìa, không ghi lại loại tài liệu (“Quy trình”, “Biểu mẫu”) ở đầu."
        ),
        error_messages={"required": gettext_lazy("Hãy ghi tên tài liệu.")},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Đơn vị chủ trì"),
        required=False,
        empty_label=gettext_lazy("— Chưa chọn —"),
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [a.pk for a in agencies]
        fields: dict[str, Any] = self.fields
        fields["agency"].queryset = Agency.objects.filter(pk__in=ids)
        fields["unit"].queryset = Unit.objects.filter(agency__in=ids).select_related("agency")
        if len(agencies) == 1:
            fields["agency"].widget = forms.HiddenInput()
            fields["agency"].initial = agencies[0]
        else:
            fields["unit"].label_from_instance = lambda unit: f"{unit.name} ({unit.agency.label})"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("unit")
            and cleaned.get("agency")
            and cleaned["unit"].agency_id != cleaned["agency"].pk
        ):
            self.add_error("unit", _("Đơn vị này không thuộc cơ quan đã chọn."))
        return cleaned


@for_drafters
@once.per_form
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Creates a document: a skeleton of its kind with the next free code, then the editor."""
    agencies = register.drafting_agencies(request.user)
    pattern = _pattern(request)
    kind = pattern.kind if pattern else request.GET.get("kind")
    form = NewDocumentForm(
        request.POST or None,
        agencies=agencies,
        initial={
            "kind": kind if kind in Kind.values else Kind.PROCEDURE,
            "title": pattern.title if pattern else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        title = " ".join(facts["title"].split())
        try:
            with once.only(request) as sent:
                page = lifecycle.start_draft(
                    facts["agency"], kind=facts["kind"], title=title, unit=facts["unit"], by=request.user,
                    pattern=pattern.content if pattern else None,
                )  # fmt: skip
                sent.address = reverse("wagtailadmin_pages:edit", args=[page.pk])
            return redirect(sent.address)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "pattern": pattern,
        "offered": [] if pattern else city_templates.to_begin_from(request.user)[:MOST_OFFERED],
    }
    return show(request, "new.html", _("Thêm tài liệu"), context, icon="plus")


@dataclass(frozen=True)
class Pattern:
    """A document that a new one starts as a copy of."""

    kind: str
    code: str
    title: str
    content: stream.Content


def _pattern(request: AuthenticatedRequest) -> Pattern | None:
    """The source named by `tu`: a draft the user works on (d12), or a version in force they may
    read (v5). 404 for any other."""
    asked = request.GET.get("tu", "")
    number = whole_number(asked[1:])
    if not asked:
        return None
    if number is None or asked[:1] not in ("d", "v"):
        raise Http404
    if asked[0] == "d":
        page = document_or_404(request, number)
        return Pattern(page.kind, page.code, page.full_title, stream.to_content(page.body))
    readable = Version.objects.in_force().visible_to(access.tokens_for(request.user))
    version = get_object_or_404(readable, pk=number)
    return Pattern(version.kind, version.code, version.title, version.content)


@for_drafters
@require_safe
def next_code(request: AuthenticatedRequest, pk: int) -> JsonResponse:
    """{"code", "message"}: the next free code for the document, given the unit and kind chosen in
    the form."""
    page = document_or_404(request, pk)
    asked = request.GET.get("kind", "")
    kind = asked if asked in Kind.values else page.kind
    unit = Unit.objects.filter(
        agency=page.agency, pk=whole_number(request.GET.get("unit")) or 0
    ).first()
    template = codes.template_for(page.agency, kind)
    code = codes.propose(page.agency, kind, unit, except_for=page.pk)
    if not code:
        return JsonResponse(
            {
                "code": "",
                "message": _(
                    "Kiểu mã hiệu của cơ quan chưa dùng được. Hãy sửa ở mục Kiểu mã hiệu."
                ),
            }
        )
    message = _("Theo kiểu %(template)s của cơ quan.") % {"template": template}
    if "{unit}" in template and (unit is None or not unit.code):
        message += " " + _("Chưa có mã đơn vị nên bỏ trống phần đó.")
    return JsonResponse({"code": code, "message": message})


class CodeTemplatesForm(forms.Form):
    """One template per kind of document."""

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        for kind in Kind:
            initial = codes.template_for(agency, kind)
            self.fields[kind.value] = forms.CharField(
                label=kind.label, max_length=80, required=False, initial=initial, strip=True
            )

    def examples(self) -> list[dict[str, Any]]:
        """Each field with the code it would propose now, for the first unit that has an
        abbreviation."""
        unit = self.unit
        return [
            {"field": self[kind], "next": codes.propose(self.agency, kind, unit)}
            for kind in Kind.values
        ]

    @cached_property
    def unit(self) -> Unit | None:
        return self.agency.units.exclude(code="").order_by("name", "pk").first()


@for_drafters
def code_templates(request: AuthenticatedRequest) -> HttpResponse:
    """The agency's code templates, each with the next code as an example."""
    mine = [
        a for a in register.drafting_agencies(request.user) if rules.may_set_codes(request.user, a)
    ]
    wanted = whole_number(request.GET.get("agency"))
    agency = next((a for a in mine if a.pk == wanted), mine[0] if mine else None)
    if agency is None:
        return show(
            request,
            "refused.html",
            _("Kiểu mã hiệu"),
            {"message": _("Chỉ thư ký ISO đặt kiểu mã hiệu.")},
            status=404,
        )
    form = CodeTemplatesForm(request.POST or None, agency=agency)
    if request.method == "POST" and form.is_valid():
        chosen = {
            kind: text
            for kind, text in form.cleaned_data.items()
            if text and text != codes.STANDARD[kind]
        }
        try:
            lifecycle.set_code_templates(agency, chosen, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            access.forget(request.user)
            return redirect(f"{request.path}?agency={agency.pk}&saved=1")
    context = {
        "form": form,
        "agency": agency,
        "agencies": mine,
        "saved": "saved" in request.GET and request.method == "GET",
    }
    return show(request, "code_templates.html", _("Kiểu mã hiệu"), context, icon="tag")
