"""The officer's pages about reading rules: teaching one by a correction, and the table of rules."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from procedures.importing import batches, meanings, teaching
from procedures.importing.pages import batch_or_404, for_officers, mine_or_404, show
from procedures.models import ImportItem, ImportRule
from procedures.word import teach as teach_word
from procedures.word.growing import growing
from procedures.word.rules import BELOW, COLUMN, LABEL, SPOT, Rule, is_sound, with_portion
from qms import access
from qms.errors import Refused
from qms.roles import Role
from qms.text.numbers import page_of, whole_number

PER_PAGE = 50
SAVED = gettext_lazy("Đã lưu quy tắc. Tệp nhập từ nay được đọc theo quy tắc này.")
OFF = gettext_lazy("Quy tắc đã tắt: tệp nhập từ nay không đọc theo quy tắc này. Tệp đang chờ kiểm tra giữ những gì đã đọc cho đến khi được đọc lại.")  # fmt: skip
MOST_COLUMNS = 30


@for_officers
@require_POST
def teach(request: HttpRequest, pk: int) -> HttpResponse:
    """Stores the ticked offers or the chosen line as rules; files of the batch that match are
    read again."""
    found = mine_or_404(request, pk)
    try:
        rules = [*_offered(request, found), *_columns(request), *_pointed(request, found)]
        if not rules:
            messages.warning(request, _("Chưa chọn điều cần dạy."))
            return redirect("imports:item", found.pk)
        rules = _with_effect(request, found, rules)
        if not rules:
            return redirect("imports:item", found.pk)
        count = batches.teach(found, rules, by=access.current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:item", found.pk)
    messages.success(
        request,
        ngettext(
            "Đã giữ quy tắc đọc tệp. %(count)s tệp của đợt này được đọc lại.",
            "Đã giữ quy tắc đọc tệp. %(count)s tệp của đợt này được đọc lại.",
            count,
        )
        % {"count": count},
    )
    return redirect("imports:batch", found.batch_id)


def _with_effect(request: HttpRequest, item: ImportItem, rules: list[Rule]) -> list[Rule]:
    """The rules whose words or place some file of the batch has; of the others it is said that they
    are not kept. Raises Refused for an invalid rule."""
    for rule in rules:
        if not is_sound(rule):
            raise Refused(teaching.unsound())
    counts = teaching.matching(item.batch, rules)
    for rule, count in zip(rules, counts, strict=True):
        if not count:
            said = _("Không giữ quy tắc vì không tệp nào của đợt này có chữ ấy: %(rule)s")
            messages.warning(request, said % {"rule": meanings.sentence(rule)})
    return [rule for rule, count in zip(rules, counts, strict=True) if count]


def _offered(request: HttpRequest, item: ImportItem) -> list[Rule]:
    """The ticked offers, rebuilt from the corrections so that no other rule can be submitted."""
    wanted = request.POST.getlist("offer")
    known = {
        f"{rule.kind}|{rule.meaning}|{rule.phrase}": rule
        for _meaning, _value, rules in (teaching.offers(item) if wanted else ())
        for rule in rules
    }
    return [known[name] for name in wanted if name in known]


def _columns(request: HttpRequest) -> list[Rule]:
    """Rules for the columns of one table, with the role of each."""
    headings = tuple(text[:200] for text in request.POST.getlist("heading")[:MOST_COLUMNS])
    meant = request.POST.getlist("column")[:MOST_COLUMNS]
    return [
        Rule(COLUMN, name, heading, headings)
        for heading, name in zip(headings, meant, strict=False)
        if name
    ]


def _pointed(request: HttpRequest, item: ImportItem) -> list[Rule]:
    """The rule from a chosen line: it is a label, it heads the cell below, or the fact is always in
    this place. Raises Refused for a place in a table that grows."""
    kind, meant = request.POST.get("kind", ""), request.POST.get("meaning", "")
    if kind == COLUMN and meant:
        return _pointed_column(item, request.POST.get("spot", ""), meant)
    if kind not in (LABEL, BELOW, SPOT) or not meant:
        return []
    phrase = request.POST.get("spot" if kind == SPOT else "phrase", "")
    lines = teaching.lines_of(item.heavy) if kind == SPOT else []
    if any(lines[n].spot == phrase for n in growing(lines)):
        raise Refused(
            _(
                "Không dạy được theo vị trí này: dòng nằm trong bảng thêm hàng qua các lần sửa đổi, lần sau sẽ ở chỗ khác. Hãy dạy theo nhãn, hoặc chỉ điền vào ô của tệp này."
            )
        )
    meant = with_portion(meant, _portion(request))
    return [Rule(kind, meant, " ".join(phrase.split())[:200])]


def _pointed_column(item: ImportItem, spot: str, meaning: str) -> list[Rule]:
    """The rule for the column of the chosen cell; none for a cell under no heading."""
    lines = teaching.lines_of(item.heavy)
    columns, at = teach_word.columns_at(lines), teach_word.column_of(spot)
    heading, headings = columns[at] if at and at in columns else ("", ())
    return [Rule(COLUMN, meaning, heading[:200], headings)] if heading else []


def _portion(request: HttpRequest) -> int:
    return whole_number(request.POST.get("portion", "")) or 0


@for_officers
def rules(request: HttpRequest) -> HttpResponse:
    """The reading rules of the officer's agencies: to edit, switch off or delete."""
    mine = ImportRule.objects.filter(
        agency__in=access.agencies_with(request.user, Role.OFFICER)
    ).select_related("agency", "by")
    if request.method == "POST":
        return _changed(request, mine)
    page = page_of(mine, request.GET.get("page"), PER_PAGE)
    kept = list(page.object_list)
    helped = teaching.files_helped({rule.agency_id for rule in kept})
    rows = [
        {
            "rule": rule,
            "read": (read := Rule(rule.kind, rule.meaning, rule.phrase)),
            "sentence": meanings.sentence(read),
            "choices": meanings.choices(rule.kind),
            "helped": helped[rule.pk],
        }
        for rule in kept
    ]
    context: dict[str, Any] = {"rows": rows, "page": page, "portions": meanings.portions()}
    return show(request, "import_rules.html", _("Quy tắc đọc tệp"), context)


def _changed(request: HttpRequest, mine: Any) -> HttpResponse:
    key = whole_number(request.POST.get("rule", ""))
    if key is None:
        raise Http404
    rule, act = get_object_or_404(mine, pk=key), request.POST.get("act", "")
    by = access.current_user(request)
    meant = request.POST.get("meaning", rule.meaning)
    if "portion" in request.POST and rule.kind != COLUMN:
        meant = with_portion(meant, _portion(request))
    try:
        if act == "remove":
            teaching.remove(rule, by=by)
            messages.success(request, _("Đã xóa quy tắc."))
        else:
            is_on = {"on": True, "off": False}.get(act, rule.is_on)
            teaching.change(
                rule,
                by=by,
                phrase=request.POST.get("phrase", rule.phrase),
                meaning=meant,
                is_on=is_on,
            )
            messages.success(request, SAVED if is_on else OFF)
    except Refused as refusal:
        messages.error(request, str(refusal))
    batch = whole_number(request.POST.get("batch", ""))
    if batch is not None:
        return redirect("imports:batch", batch_or_404(request, batch).pk)
    return redirect(reverse("imports:rules"))


@for_officers
@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Has all files of a batch that await review read again by the current rules."""
    found = batch_or_404(request, pk)
    count = batches.read_again(found, None, by=access.current_user(request))
    messages.success(request, _("%(count)s tệp được đọc lại.") % {"count": count})
    return redirect("imports:batch", found.pk)
