"""The officer's pages about one file of an import: recognised facts next to the original,
corrections, companions."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procedures import files
from procedures.content import pictures_of, stream, text_of
from procedures.content.schema import Content
from procedures.importing import (
    batches,
    companions,
    joining,
    meanings,
    page_views,
    pointing,
    reviewing,
    teaching,
)
from procedures.importing.batch_views import ask, asks_first, marked
from procedures.importing.forms import CorrectionForm
from procedures.importing.pages import WAITING, State, for_officers, mine_or_404, show, title_of
from procedures.importing.rights import records
from procedures.models import ImportItem, stand_ins
from procedures.reader import render as drawing
from procedures.word import teach
from qms import access
from qms.errors import Refused
from qms.models import StoredFile
from qms.text.marks import composed


@for_officers
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: the recognised facts in a form, next to the text of the original."""
    found = mine_or_404(request, pk)
    if (
        found.role == ImportItem.Role.COMPANION
        or found.state in WAITING
        or ("facts" not in found.reading and "report" not in found.reading)
    ):
        return redirect("imports:batch", found.batch_id)
    review = reviewing.Review(found.batch)
    reviewed = review.of(found) if "facts" in found.reading else None
    form = _form(request, found, reviewed) if reviewed and found.state == State.READ else None
    if form is not None and request.method == "POST":
        answer = _decide(request, found, form)
        if answer is not None:
            return answer
    content = _content(found)
    original = _lines(found.heavy.get("original", ""), text_of(content))
    facts = reviewed.facts if reviewed else found.reading["report"]
    warnings = marked(reviewed.warnings if reviewed else review.after(found))
    if form is not None:
        warnings = [{**w, "places": pointing.places(found, w)} for w in warnings]
    context = {
        "item": found,
        "batch": found.batch,
        "records": form is not None and records(found.batch),
        "form": form,
        "facts": facts,
        "recognised": meanings.recognised(facts),
        "unrecognised": meanings.unrecognised(facts),
        "target": reviewed.target if reviewed else None,
        "warnings": warnings,
        "original": original,
        "missing": sum(missing for _line, missing in original),
        "following": _following(found),
        "offers": _offers(found) if form is not None else [],
        "tables": _tables(found) if form is not None else [],
        "column_choices": meanings.columns(),
        "portions": meanings.portions(),
        "labels": meanings.choices("label"),
        "pointed": pointing.lines_shown(found),
        "drawn": page_views.shown(found),
        "evidence": found.reading.get("facts", {}).get("evidence", {}),
        "conflicts": pointing.conflicts(found) if form is not None else [],
        "changed": meanings.worded_changes(found),
        "reread": "changed" in found.reading,
        "kept": _share(facts),
    }
    status = 422 if form is not None and form.errors else 200
    return show(
        request,
        "import_item.html",
        found.name,
        context,
        ((reverse("imports:batch", args=[found.batch_id]), title_of(found.batch)),),
        status,
    )


def _form(request: HttpRequest, found: ImportItem, reviewed: reviewing.Reviewed) -> CorrectionForm:
    if reviewed.target is not None:
        suggested = _("Như máy nhận ra: bản mới của %(name)s") % {
            "name": f"{reviewed.target.code} {reviewed.target.title}".strip()[:120]
        }
    else:
        suggested = _("Như máy nhận ra: tài liệu mới")
    data = request.POST if request.method == "POST" else None
    return CorrectionForm(
        data,
        agency=found.batch.agency,
        facts=reviewed.facts,
        corrections=found.corrections,
        suggested=suggested,
    )


def _decide(request: HttpRequest, found: ImportItem, form: CorrectionForm) -> HttpResponse | None:
    """Skips the file, or saves the corrections and accepts it if asked. None if the form
    has errors."""
    name = request.POST.get("act", "save")
    try:
        if name == "skip":
            batches.skip(found, by=access.current_user(request))
        elif not form.is_valid():
            return None
        else:
            batches.correct(
                found, form.corrections(found.reading["facts"]), by=access.current_user(request)
            )
            found.refresh_from_db()
            if name == "accept" and asks_first(found.batch, [found]):
                return ask(request, found.batch, [found])
            if name == "accept":
                found = batches.accept(found, by=access.current_user(request), shown={})
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:batch", found.batch_id)
    if name == "save":
        messages.success(request, _("Đã lưu nội dung sửa."))
        return redirect("imports:item", found.pk)
    if found.state == State.UNCHANGED:
        messages.info(request, found.error)
    else:
        said = _("Đã nhận “%(name)s”.") if name == "accept" else _("Đã bỏ qua “%(name)s”.")
        messages.success(request, said % {"name": found.name})
    after = _following(found)
    return (
        redirect("imports:item", after.pk) if after else redirect("imports:batch", found.batch_id)
    )


def _offers(found: ImportItem) -> list[dict[str, Any]]:
    """The rules that this file's corrections could teach, each with the number of other files
    it matches."""
    offered, lines = teaching.offers(found), teaching.lines_of(found.heavy)
    every = [rule for _meaning, _value, rules in offered for rule in rules]
    counts = dict(zip(every, teaching.matching(found.batch, every, found.pk), strict=True))
    return [
        {
            "meaning": meanings.meaning(meaning),
            "rules": [
                {
                    "value": f"{rule.kind}|{rule.meaning}|{rule.phrase}",
                    "sentence": meanings.sentence(rule, teach.where(lines, rule, value)),
                    "count": counts[rule],
                }
                for rule in rules
            ],
        }
        for meaning, value, rules in offered
    ]


def _tables(found: ImportItem) -> list[dict[str, Any]]:
    """The tables of the file with their headings, for assigning roles to columns."""
    return teach.tables(teaching.lines_of(found.heavy))[:20]


def _following(found: ImportItem) -> ImportItem | None:
    """The next file of the batch that awaits review."""
    waiting = (
        found.batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT)
        .exclude(pk=found.pk)
        .defer("heavy", "reading")
    )
    return waiting.filter(pk__gt=found.pk).first() or waiting.first()


def _content(found: ImportItem) -> Content:
    if "content" in found.heavy:
        return found.heavy["content"]
    if found.version is not None:
        return found.version.content
    if found.document is not None:
        return stream.to_content(found.document.specific.body)
    return {"sections": []}


SHINGLE = 10  # letters and digits looked up together
MOST_LOST = 0.3  # of a line's shingles; a line that the reader split loses those at the cut


def _lines(original: str, kept: str) -> list[tuple[str, bool]]:
    """[(line of the original, whether its words are missing from what was kept)]."""
    whole = _letters(kept)
    known = {whole[i : i + SHINGLE] for i in range(len(whole))}
    found = []
    for line in original.split("\n"):
        letters = _letters(line)
        pieces = [letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))]
        lost = sum(
            1
            for piece in pieces
            if piece not in known and (len(piece) == SHINGLE or piece not in whole)
        )
        if letters:
            found.append((line, lost > MOST_LOST * len(pieces)))
    return found


def _letters(text: str) -> str:
    return "".join(c for c in composed(text) if c.isalnum())


def _share(facts: dict[str, Any]) -> dict[str, Any]:
    source, kept = facts.get("source_characters") or 0, facts.get("kept_characters") or 0
    return {"source": source, "kept": kept, "all": kept >= source}


@for_officers
@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What accepting the file would change in the document that it joins."""
    found = mine_or_404(request, pk)
    if "facts" not in found.reading or found.role == ImportItem.Role.COMPANION:
        return redirect("imports:batch", found.batch_id)
    reviewed = reviewing.Review(found.batch).of(found)
    if reviewed.target is None:
        return redirect("imports:item", found.pk)
    context = {
        "item": found,
        "target": reviewed.target,
        "redline": joining.redline_of(reviewed),
        "records": records(found.batch),
    }
    above = (
        (reverse("imports:batch", args=[found.batch_id]), title_of(found.batch)),
        (reverse("imports:item", args=[found.pk]), found.name),
    )
    return show(request, "import_compare.html", _("So sánh với tài liệu đã có"), context, above)


@for_officers
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as readers will see it, for the frame on the review page."""
    found = mine_or_404(request, pk)
    drawn = drawing.document(_content(found), lambda sha: _picture_url(found, sha))
    return render(request, "procedures/admin/import_preview.html", {"item": found, "drawn": drawn})


def _picture_url(found: ImportItem, sha256: str) -> str:
    return (
        reverse("imports:picture", args=[found.pk, sha256])
        if re.fullmatch(r"[0-9a-f]{64}", sha256)
        else ""
    )


@for_officers
@require_safe
def picture(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """A picture of the file, or the PNG that is shown for it."""
    found = mine_or_404(request, pk)
    held = {p["sha256"] for p in found.heavy.get("pictures", {}).values()}
    if not held:
        held = set(pictures_of(_content(found)))
    if sha256 not in held:
        raise Http404
    shown = stand_ins.shown_of([sha256]).get(sha256)
    stored = shown or get_object_or_404(StoredFile, pk=sha256)
    return files.send(
        request, {"sha256": stored.pk, "mime": stored.mime, "name": "", "role": "picture"}
    )


@for_officers
@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was handed in."""
    found = mine_or_404(request, pk)
    if found.file is None:
        raise Http404
    return files.send(
        request,
        {"sha256": found.file.pk, "mime": found.file.mime, "name": found.name, "role": "original"},
    )


@for_officers
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a companion in the chosen role."""
    found = mine_or_404(request, pk)
    offered = companions.offers(found, companions.bearers(found.batch))
    offer = next((o for o in offered if o.value == request.POST.get("offer")), None)
    if offer is None:
        raise Http404
    try:
        companions.attach(found, offer, by=access.current_user(request))
        messages.success(
            request, _("Đã kèm “%(name)s” vào %(code)s.") % {"name": found.name, "code": offer.code}
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:batch", found.batch_id)
