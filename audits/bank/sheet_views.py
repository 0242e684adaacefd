"""Import and export of questions as spreadsheets: upload, assign columns, dry run, import."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.bank import lifecycle, rules, taking
from audits.bank import sheet as sheets_of
from audits.models import Question
from qms.access import Person, current_user
from qms.errors import Refused
from qms.models import Agency
from qms.sandbox.sheets import Table
from qms.screens.base import require
from qms.text import sheets
from qms.text.ordering import Alphabetical
from qms.work import once
from qms.work.bodies import takes_files
from search.screens.tables import SHARED
from search.words.vietnamese import fold

SALT = "audits.questions"
LASTS = 3600  # seconds between upload and import
SHOWN = 200  # rows of a dry run
CITY = "chung"  # in the URL: the city's table


@dataclass(frozen=True)
class Bank:
    """A table of questions that the user may edit: an agency's, or the city's."""

    agency: Agency | None

    @property
    def key(self) -> str:
        return str(self.agency.pk) if self.agency else CITY

    @property
    def label(self) -> str:
        return self.agency.label if self.agency else str(SHARED)


def banks_of(user: Person) -> list[Bank]:
    own = [Bank(one) for one in rules.agencies_of(user).order_by(Alphabetical("name"))]
    return [*own, Bank(None)] if rules.may_edit(user, None) else own


def bank_or_404(request: HttpRequest, key: str | None) -> Bank:
    """The table given by `key`, or the first one; 404 if the user may not edit it."""
    found = banks_of(current_user(request))
    if not key and found:
        return found[0]
    one = next((bank for bank in found if bank.key == key), None)
    if one is None:
        raise Http404
    return one


@never_cache
@require_safe
def file(request: HttpRequest, whose: str, kind: str) -> HttpResponse:
    """Exports the table as a file that can be imported again unchanged."""
    require(rules.edits_some(request.user))
    bank = bank_or_404(request, whose)
    if kind not in sheets.KINDS:
        raise Http404
    rows = Question.objects.filter(agency=bank.agency)
    name = "cau-hoi-" + (slugify(fold(bank.agency.code)) or bank.key if bank.agency else CITY)
    heads = list(sheets_of.headings().values())
    return sheets.file_response(kind, name, heads, sheets_of.lines(rows), sheets_of.WIDTHS)


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label=gettext_lazy("Tệp câu hỏi (.xlsx hoặc .csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ColumnsForm(forms.Form):
    """The line of the heading, and the column of each field."""

    head = forms.TypedChoiceField(label=gettext_lazy("Dòng tiêu đề"), coerce=int)

    def __init__(self, data: Any = None, *, table: Table) -> None:
        choice = sheets_of.proposed(table)
        first = {name: str(place) for name, place in choice.columns.items()}
        super().__init__(data, initial={"head": choice.head, **first})
        head: Any = self.fields["head"]
        lines = range(1, min(len(table.rows), sheets_of.MOST_HEADS) + 1)
        head.choices = [(n, _head_label(n, table.rows[n - 1])) for n in lines]
        columns = sheets_of.column_labels(table, choice.head)
        for name, title in sheets_of.headings().items():
            needed = name in sheets_of.REQUIRED
            self.fields[name] = forms.ChoiceField(
                label=title,
                required=needed,
                choices=[("", _("Không có trong bảng")), *columns],
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [data[name] for name in sheets_of.COLUMNS if data.get(name)]
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("Mỗi cột của bảng chỉ dùng cho một nội dung."))
        return data

    @property
    def choice(self) -> sheets_of.Choice:
        data = self.cleaned_data
        columns = {name: int(data[name]) for name in sheets_of.COLUMNS if data.get(name)}
        return sheets_of.Choice(data["head"], columns)


def _head_label(number: int, line: list[str]) -> str:
    said = " | ".join(cell for cell in line if cell)[:60]
    return f"{number}: {said}" if said else str(number)


@takes_files(sheets_of.MOST_BYTES, lambda user: rules.edits_some(user))
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once.per_form
def sheet(request: HttpRequest) -> HttpResponse:
    """The import page. `act` is the submitted step: file, columns or take."""
    require(rules.edits_some(request.user))
    bank = bank_or_404(request, request.POST.get("bank") or request.GET.get("bank"))
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "columns":
        return _columns(request, bank)
    if act == "take":
        return _take(request, bank)
    form = SheetForm(request.POST or None, request.FILES or None)
    if act == "file" and form.is_valid():
        try:
            table = sheets_of.read(form.cleaned_data["sheet"].read(sheets_of.MOST_BYTES + 1))
        except Refused as refusal:
            form.add_error("sheet", str(refusal))
        else:
            return _ask_columns(request, bank, table, ColumnsForm(table=table))
    context = {"form": form, "banks": banks_of(current_user(request)), "kinds": sheets.KINDS}
    return _page(request, bank, "sheet", context)


def _ask_columns(request: HttpRequest, bank: Bank, table: Table, form: ColumnsForm) -> HttpResponse:
    kept = {"rows": table.rows, "formulas": table.formulas, "merged": table.merged}
    context = {
        "form": form,
        "kept": _sealed(request, bank, "table", kept),
        "begins": table.rows[:8],
        "merged": sheets_of.merged_heads(table),
    }
    return _page(request, bank, "columns", context)


def _columns(request: HttpRequest, bank: Bank) -> HttpResponse:
    """Shows the dry run, or the column form again if it is invalid."""
    try:
        table = Table(**_opened(request, bank, "table"))
    except signing.BadSignature:
        return _too_old(request, bank)
    form = ColumnsForm(request.POST, table=table)
    if not form.is_valid():
        return _ask_columns(request, bank, table, form)
    rows = taking.rows_of(table, form.choice)
    if len(rows) > sheets_of.MOST_ROWS or not rows:
        said = _("Dưới dòng tiêu đề không có dòng nào.") if not rows else _("Bảng dài hơn %(most)s dòng. Hãy chia câu hỏi thành nhiều tệp.") % {"most": "2.000"}  # fmt: skip
        form.add_error(None, said)
        return _ask_columns(request, bank, table, form)
    found = taking.check(bank.agency, rows)
    wrong = sum(bool(row.errors) for row in rows)
    rows.sort(key=lambda row: not row.errors)  # rows with errors come first
    context = {
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "wrong": wrong,
        "count": found.count,
        "brings": found.count.new + found.count.changed,
        "labels": labels(),
        "kept": "" if wrong else _sealed(request, bank, "rows", taking.kept(rows)),
    }
    return _page(request, bank, "dry_run", context)


def labels() -> dict[str, str]:
    """{outcome of a row: label}."""
    return {
        taking.NEW: _("Thêm"),
        taking.CHANGED: _("Sửa"),
        taking.SAME: _("Giữ nguyên"),
        taking.SHARED: _("Bỏ qua: câu hỏi dùng chung đã có"),
    }


def _take(request: HttpRequest, bank: Bank) -> HttpResponse:
    try:
        rows = taking.restored(_opened(request, bank, "rows"))
    except signing.BadSignature:
        return _too_old(request, bank)
    try:
        with once.only(request) as sent:
            count = lifecycle.take_questions(bank.agency, rows, by=current_user(request))
            sent.address = reverse("questions:index")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_here(bank))
    new = ngettext("Đã thêm %(n)s câu hỏi", "Đã thêm %(n)s câu hỏi", count.new) % {"n": count.new}
    changed = ngettext("sửa %(n)s câu.", "sửa %(n)s câu.", count.changed) % {"n": count.changed}
    messages.success(request, f"{new}, {changed}")
    return redirect(sent.address)


def _too_old(request: HttpRequest, bank: Bank) -> HttpResponse:
    messages.error(request, _("Bản kiểm tra đã cũ. Hãy tải tệp lên lại."))
    return redirect(_here(bank))


def _here(bank: Bank) -> str:
    return f"{reverse('questions:sheet')}?bank={bank.key}"


def _salt(request: HttpRequest, bank: Bank, what: str) -> str:
    return f"{SALT}.{what}.{bank.key}.{current_user(request).pk}"


def _sealed(request: HttpRequest, bank: Bank, what: str, data: Any) -> str:
    return signing.dumps(data, salt=_salt(request, bank, what), compress=True)


def _opened(request: HttpRequest, bank: Bank, what: str) -> Any:
    sent = request.POST.get("kept", "")
    return signing.loads(sent, salt=_salt(request, bank, what), max_age=LASTS)


def _page(request: HttpRequest, bank: Bank, name: str, context: dict[str, Any]) -> HttpResponse:
    title = _("Nhập, xuất bảng tính")
    crumbs = [
        {"url": reverse("questions:index"), "label": _("Câu hỏi đánh giá")},
        {"url": "", "label": title},
    ]
    heading = {"page_title": title, "header_title": title, "page_subtitle": bank.label, "header_icon": "table", "breadcrumbs_items": crumbs}  # fmt: skip
    return render(request, f"audits/admin/questions_{name}.html", {**heading, "bank": bank, **context})  # fmt: skip
