"""The officer's pages of one batch: watch its files being read, accept, leave out, take back."""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from procedures.content.schema import Flag
from procedures.enums import MISSING_FACTS
from procedures.importing import (
    batches,
    companions,
    joining,
    many,
    meanings,
    replacing,
    rereading,
    reviewing,
    undoing,
)
from procedures.importing.pages import (
    WAITING,
    State,
    batch_or_404,
    for_officers,
    show,
    title_of,
    upload_limits,
)
from procedures.importing.rights import records
from procedures.models import REMARKS, ImportBatch, ImportItem
from qms import access
from qms.errors import Refused
from qms.text.numbers import page_of, whole_number

FILES_PER_PAGE = 100
LONG = datetime.timedelta(minutes=10)  # after which an officer may have a file read again by hand


@for_officers
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The review table, one row per file; `?state=` filters by state."""
    found = batch_or_404(request, pk)
    review, asked = reviewing.Review(found), request.GET.get("state", "")
    state = State(asked) if asked in State.values else None
    items = found.items.filter(state=state) if state else found.items.all()
    narrowed = many.Narrowed.asked(request.GET)
    if narrowed:
        items = found.items.filter(pk__in=narrowed.keys(review))
    page: Any = page_of(items.order_by("pk"), request.GET.get("page"), FILES_PER_PAGE)
    context = {
        "batch": found,
        "rows": _rows(found, review, page.object_list),
        "page": page,
        "state": state,
        "limits": upload_limits(),
        "narrowed": narrowed,
        "many": many.ManyForm(agency=found.agency),
        **_summary(found, review),
    }
    return show(request, "import_batch.html", title_of(found), context)


def _rows(
    batch: ImportBatch, review: reviewing.Review, items: QuerySet[ImportItem]
) -> list[dict[str, Any]]:
    bearers = None
    rows = []
    for item in items.select_related("document", "version", "file").defer(
        "heavy", "document__body", "version__content"
    ):
        waiting = item.state in WAITING
        row: dict[str, Any] = {
            "item": item,
            "waiting": waiting,
            "stuck": waiting and timezone.now() - batch.made_at > LONG,
            "batch": batch,
        }
        if item.role == ImportItem.Role.COMPANION:
            if item.state == State.READ:
                bearers = companions.bearers(batch) if bearers is None else bearers
                row["offers"] = companions.offers(
                    item,
                    bearers,
                    ImportItem.objects.values_list("heavy", flat=True)
                    .get(pk=item.pk)
                    .get("text", ""),
                )
        elif item.state in {State.READ, State.SKIPPED} and "facts" in item.reading:
            reviewed = review.of(item)
            row |= {
                "facts": reviewed.facts,
                "target": reviewed.target,
                "warnings": marked(reviewed.warnings),
                "clean": reviewed.is_clean,
                "only_lacks": reviewed.only_lacks,
                "sure": many.percent(many.confidence_of(reviewed.facts)),
                "changed": meanings.worded_changes(item),
                "reread": "changed" in item.reading,
            }
        elif item.state in {State.ACCEPTED, State.TAKEN_BACK} and "report" in item.reading:
            row |= {
                "facts": item.reading["report"],
                "warnings": marked(review.after(item)),
            }
        row["issued_on"] = parse_date(row["facts"]["issued_on"] or "") if row.get("facts") else None
        rows.append(row)
    return rows


def marked(warnings: list[Flag]) -> list[dict[str, Any]]:
    """The flags, each with "sort": "look" for what needs attention, "mild" for facts that are
    missing, "remark"; in this order."""
    sorts = ["look", "mild", "remark"]
    marked = [{**w, "sort": sort_of(w)} for w in warnings]
    return sorted(marked, key=lambda w: sorts.index(w["sort"]))


def sort_of(flag: Flag) -> str:
    code = flag["code"]
    return "remark" if code in REMARKS else "mild" if code == MISSING_FACTS else "look"


def _summary(batch: ImportBatch, review: reviewing.Review) -> dict[str, Any]:
    counts = dict.fromkeys(State.values, 0) | dict(
        batch.items.order_by().values_list("state").annotate(Count("pk"))
    )
    waiting, total = counts[State.WAITING] + counts[State.READING], sum(counts.values())
    return {
        "counts": counts,
        "total": total,
        "waiting": waiting,
        "read": total - waiting,
        "to_check": counts[State.READ],
        "clean": len(review.clean()),
        "lacking": len(review.lacking()),
        "reread": rereading.last(batch) if counts[State.READ] else None,
        "choices": many.choices_of(review),
        "has_drafts": counts[State.ACCEPTED] > 0,
    }


@for_officers
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Polled by the page's script: reading progress, the filters with their counts, those of the
    rows `rows=1,2,3` that are done by now, and the rows that warn of one of them."""
    found = batch_or_404(request, pk)
    asked = {
        int(text)
        for text in re.findall(r"\d{1,12}", request.GET.get("rows", ""))[: batches.MOST_FILES]
    }
    review = reviewing.Review(found)
    asked |= review.twins(asked, FILES_PER_PAGE)
    done = _rows(
        found, review, found.items.filter(pk__in=asked).exclude(state__in=WAITING).order_by("pk")
    )
    summary = _summary(found, review)
    context = {"batch": found, **summary}
    return JsonResponse(
        {
            "waiting": summary["waiting"],
            "rows": {
                row["item"].pk: render_to_string(
                    "procedures/admin/_import_row.html", {"row": row, "batch": found}, request
                )
                for row in done
            },
            "progress": render_to_string(
                "procedures/admin/_import_progress.html", context, request
            ),
            "acts": render_to_string("procedures/admin/_import_acts.html", context, request),
            "narrow": render_to_string("procedures/admin/_import_narrow.html", context, request),
        }
    )


@for_officers
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Handles the buttons of the batch page: for one file (`one`), the selected ones, or all
    without warnings."""
    found = batch_or_404(request, pk)
    name, _colon, one = request.POST.get("act", "").partition(":")
    chosen = [one] if one else request.POST.getlist("chosen")
    numbers = [number for text in chosen if (number := whole_number(text)) is not None]
    items = list(found.items.filter(pk__in=numbers).defer("heavy"))
    if len(items) != len(set(numbers)):
        raise Http404
    whole = {"accept-clean": reviewing.Review.clean, "accept-lacking": reviewing.Review.lacking}
    if name in whole:
        items, name = whole[name](reviewing.Review(found)), "accept"
    if not items:
        messages.warning(request, _("Chưa chọn tệp nào."))
    elif name == "accept" and "sure" not in request.POST and asks_first(found, items):
        return ask(request, found, items)
    elif name == "accept":
        _say_accepted(
            request,
            batches.accept_many(
                [i for i in items if i.role == ImportItem.Role.DOCUMENT],
                by=access.current_user(request),
                shown=_shown(request),
            ),
        )
    elif name == "set":
        _set_many(request, found, items)
    elif name in {"skip", "reopen"}:
        _each(request, {"skip": batches.skip, "reopen": batches.reopen}[name], items)
    back = {
        name: value
        for name in ("state", "page")
        if (value := request.POST.get(name, "")) and value.isascii() and value.isalnum()
    }
    if narrowed := many.Narrowed.asked(request.POST):
        back |= narrowed.asks
    return redirect(
        reverse("imports:batch", args=[found.pk]) + (f"?{urlencode(back)}" if back else "")
    )


def _set_many(request: HttpRequest, batch: ImportBatch, items: list[ImportItem]) -> None:
    form = many.ManyForm(request.POST, agency=batch.agency)
    if not form.is_valid() or not form.values():
        messages.warning(request, _("Chưa chọn gì để đặt cho các tệp."))
        return
    count = batches.set_many(items, form.values(), by=access.current_user(request))
    messages.success(request, _("Đã đặt cho %(count)s tệp.") % {"count": count})


def asks_first(batch: ImportBatch, items: list[ImportItem]) -> bool:
    """Whether accepting these files needs a confirmation page: they record versions or join
    existing documents."""
    if records(batch):
        return True
    review = reviewing.Review(batch)
    return any(review.of(i).target for i in _documents(items))


def _shown(request: HttpRequest) -> dict[int, int | None]:
    """{item: document that it joins} as the confirmation page showed it; files that it did not show
    join none."""
    pairs = [text.partition(":") for text in request.POST.getlist("joins")]
    return {
        item: whole_number(document)
        for number, _colon, document in pairs
        if (item := whole_number(number)) is not None
    }


def _documents(items: list[ImportItem]) -> list[ImportItem]:
    return [i for i in items if i.state == State.READ and i.role == ImportItem.Role.DOCUMENT]


def ask(request: HttpRequest, batch: ImportBatch, items: list[ImportItem]) -> HttpResponse:
    """The confirmation page: what recording these files would replace, or which documents
    they join."""
    chosen, review = _documents(items), reviewing.Review(batch)
    recorded = records(batch)
    context = {
        "batch": batch,
        "items": chosen,
        "rows": replacing.outlooks(batch, chosen) if recorded else [],
        "joined": joining.joined([review.of(item) for item in chosen]),
        "recorded": recorded,
    }
    above = ((reverse("imports:batch", args=[batch.pk]), title_of(batch)),)
    title = _("Ghi nhận từ bản giấy") if recorded else _("Nhận vào tài liệu đã có")
    return show(request, "import_record.html", title, context, above)


def _each(request: HttpRequest, step: Callable[..., Any], items: list[ImportItem]) -> None:
    for item in items:
        try:
            step(item, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))


def _say_accepted(request: HttpRequest, done: batches.Done) -> None:
    for problem in done.problems[:10]:
        messages.error(request, problem)
    for said in done.unchanged[:10]:
        messages.info(request, said)
    accepted, left = done.accepted, done.left
    if accepted:
        messages.success(
            request,
            ngettext("Đã nhận %(count)s tệp.", "Đã nhận %(count)s tệp.", accepted)
            % {"count": accepted},
        )
    if left:
        messages.info(
            request,
            _("Còn %(count)s tệp chưa kịp nhận. Hãy bấm nhận lần nữa để làm tiếp.")
            % {"count": left},
        )


@for_officers
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what taking the batch back would do; POST does it."""
    found = batch_or_404(request, pk)
    if request.method == "POST":
        try:
            undone, kept = undoing.take_back(found, by=access.current_user(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("imports:batch", found.pk)
        if undone:
            messages.success(request, _("Đã rút lại %(count)s tệp.") % {"count": undone})
        for name, why in kept:
            messages.warning(
                request, _("Giữ lại “%(name)s”: %(why)s.") % {"name": name, "why": why}
            )
        return redirect("imports:batch", found.pk)
    accepted = (
        found.items.filter(state=State.ACCEPTED)
        .select_related("document", "version")
        .defer("heavy", "version__content")
    )
    versions = undoing.recorded(found)
    split = [(item, undoing.kept_because(item)) for item in accepted if item.version_id is None]
    context: dict[str, Any] = {
        "batch": found,
        "versions": versions,
        "obstacles": undoing.obstacles(versions),
        "going": [i for i, why in split if not why],
        "staying": [(i, why) for i, why in split if why],
    }
    context["count"] = len(context["going"]) + (0 if context["obstacles"] else len(versions))
    return show(
        request,
        "import_take_back.html",
        _("Rút lại đợt nhập"),
        context,
        ((reverse("imports:batch", args=[found.pk]), title_of(found)),),
    )
