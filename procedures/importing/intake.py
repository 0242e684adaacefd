"""Stores one read file in the database: as a new document, a draft of a known one, or a version recorded from paper.

Each call is one transaction; a failure leaves nothing behind except bytes in the append-only store."""

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import Revision

from procedures import lifecycle
from procedures.content import text_of
from procedures.content.schema import Flag
from procedures.content.wording import words
from procedures.importing.known import (
    DUPLICATE,
    CodeIndex,
    DocumentRef,
    Facts,
    mark_namesakes,
    match,
    refresh_duplicates,
    same_title_warning,
)
from procedures.importing.rights import Turn
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, ImportItem, Kind, ProcedurePage, ProcedureType, Version
from qms.errors import Refused
from qms.models import Agency, StoredFile, Unit, User
from qms.proof import journal, store
from qms.text.codes import code_key
from search.queue import pending

LONGEST_TITLE, LONGEST_CODE = 500, 60


@dataclass
class Outcome:
    """What an import created. `version` is None if it is a draft."""

    document: DocumentPage
    created: bool
    revision_id: int
    version: Version | None = None
    before: int | None = None  # ID of the previous newest draft; None for a new document
    open_before: bool = False  # whether that draft had changes that were not issued
    warnings: list[Flag] = field(default_factory=list)


def warning(code: str, *values: str) -> Flag:
    return {"code": code, "values": list(values)}


def with_defaults(facts: Facts) -> Facts:
    """The facts with a default title if it is missing, and warnings about a missing title, code or date."""
    facts = {**facts, "warnings": [w for w in facts["warnings"] if w.get("code") != DUPLICATE]}
    have = {w.get("code") for w in facts["warnings"]}
    if not facts["title"].strip():
        facts["title"] = (
            re.sub(r"[_\s]+", " ", PurePath(facts["name"]).stem).strip() or facts["name"]
        )
        facts["warnings"].append(warning("missing_title", facts["title"]))
    if not facts["code"].strip() and "missing_code" not in have:
        facts["warnings"].append(warning("missing_code"))
    if not facts["issued_on"] and "missing_date" not in have:
        known = facts["effective_on"]
        facts["warnings"].append(warning("missing_date", *([known] if known else [])))
    if facts["kind"] not in Kind.values:
        facts["kind"] = Kind.OTHER
    return facts


@journal.acts()
def put(
    turn: Turn,
    facts: Facts,
    *,
    original: StoredFile,
    as_issued: bool = False,
    paper: dict[str, str] | None = None,
    document: DocumentPage | int | None = None,
    fresh: bool = False,
    same_batch: Collection[int] = (),
) -> Outcome:
    """Stores a completed reading in the agency of `turn`. The document is found by code and title, unless `document` (a page or its
    ID) names it or `fresh` forces a new one; `same_batch` has the IDs of documents of other files of the batch. `paper`: number and
    date of the decision, where the file itself is not the evidence.

    With `as_issued` it creates a version while the agency is taking papers in; afterwards a draft with a warning.

    Raises Refused for a document of another agency."""
    agency, by = turn.agency, turn.by
    if as_issued and not taking_in.is_open(agency):
        as_issued, facts = False, said_closed(facts)
    key = code_key(facts["code"])
    shelf = CodeIndex(agency, key)
    page = _target(agency, facts, document, fresh, shelf, same_batch)
    created, changed_keys = page is None, {page.code_key} if page else set()
    version, before, open_before, drafters = None, None, False, []
    if page is None:
        page = _create(
            turn, facts, original, namesakes=[] if key else shelf.without_code(facts["title"])
        )
    else:
        before, open_before, drafters = page.latest_revision_id, page.has_open_draft, page.drafters
        _revise(page, facts, original, by)
    if shelf.with_code(key):
        changed_keys.add(key)
    for changed in changed_keys:
        refresh_duplicates(agency, changed)
    if as_issued and (issued_on := _date(facts["issued_on"])) is not None:
        version = lifecycle.record(
            page,
            issued_on=issued_on,
            effective_on=_date(facts["effective_on"]),
            by=by,
            paper=paper or {"file": original.pk},
        )
        if not created and before is not None:
            page.refresh_from_db()
            _restore_open_draft(page, before, open_before, drafters, version, by)
    page.refresh_from_db()
    outcome = Outcome(page, created, page.latest_revision_id, version, before, open_before)
    outcome.warnings = page.flags if version is None else version.flags
    journal.append(
        "imported", f"document:{page.pk}", agency=agency, by=by, file=facts["name"], sha256=original.pk, code=page.code, title=page.full_title,
        created=created, version=version.pk if version else None,
    )  # fmt: skip
    return outcome


def said_closed(facts: Facts) -> Facts:
    """The facts with a warning that a file uploaded as issued became a draft."""
    return {**facts, "warnings": [*facts["warnings"], warning("taking_in_closed")]}


def _target(
    agency: Agency,
    facts: Facts,
    document: DocumentPage | int | None,
    fresh: bool,
    shelf: CodeIndex,
    same_batch: Collection[int],
) -> DocumentPage | None:
    if fresh:
        return None
    key = document.pk if isinstance(document, DocumentPage) else document
    if key is None:
        found = match(agency, facts, shelf=shelf, same_batch=same_batch)
        key = found.pk if found else None
        if key is None:
            return None
    page = DocumentPage.objects.select_for_update(no_key=True).filter(agency=agency, pk=key).first()
    if page is None:
        raise Refused(_("Không tìm thấy tài liệu đã chọn trong cơ quan này."))
    return page.specific


def _create(
    turn: Turn, facts: Facts, original: StoredFile, *, namesakes: list[DocumentRef]
) -> DocumentPage:
    """Creates a document. `namesakes`: documents without a code that share its title; both sides get a flag."""
    found = same_title_warning(namesakes)
    facts = {**facts, "warnings": [*facts["warnings"], *([found] if found else [])]}
    mark_namesakes(namesakes, facts["name"])
    fields = _fields(turn.agency, facts, original, lifecycle.PAGE_OF_KIND.get(facts["kind"]))
    if facts["kind"] == Kind.FORM:
        fields |= {"file": original, "file_name": facts["name"]}
    if lifecycle.PAGE_OF_KIND.get(facts["kind"]) is ProcedurePage:
        fields["procedure_type"] = procedure_type(facts)
    title = fields.pop("title")
    return lifecycle.create_draft(
        turn.agency, kind=facts["kind"], title=title, content=facts["content"], by=turn.by, **fields
    )


def _revise(page: DocumentPage, facts: Facts, original: StoredFile, by: User | None) -> None:
    """Saves a further draft, with a warning if its paper is older than what the document has."""
    facts = {**facts, "warnings": [*facts["warnings"], *_older(page, facts)]}
    fields = _fields_for(page, facts, original)
    if page.kind == Kind.FORM:
        fields |= {"file": original, "file_name": facts["name"]}
    if type(page) is lifecycle.PAGE_OF_KIND.get(facts["kind"], type(page)):
        fields["kind"] = facts["kind"]
    lifecycle.revise_draft(page, content=facts["content"], by=by, **fields)


def _fields_for(page: DocumentPage, facts: Facts, original: StoredFile | None) -> dict[str, Any]:
    """The fields of a further draft; the unit is unchanged where the paper names none."""
    fields = _fields(page.agency, facts, original, type(page))
    if page.unit_id and not facts.get("unit"):
        del fields["unit"]
    return fields


def revised(page: DocumentPage, facts: Facts) -> DocumentPage:
    """The page as these facts would make it, for a comparison; nothing is saved."""
    for name, value in _fields_for(page, facts, page.source).items():
        if name == "title":
            page.set_title(value)
        else:
            setattr(page, name, value)
    return page


def _fields(
    agency: Agency, facts: Facts, original: StoredFile | None, model: type[DocumentPage] | None
) -> dict[str, Any]:
    """The page's fields as the paper gives them. A title or code too long for its field is still complete in the text."""
    fields: dict[str, Any] = {
        "title": facts["title"].strip()[:LONGEST_TITLE],
        "code": facts["code"].strip()[:LONGEST_CODE],
        "issue_number": facts["issue_number"],
        "revision_number": facts["revision_number"],
        "issued_on": _date(facts["issued_on"]),
        "effective_on": _date(facts["effective_on"]),
        "signers": facts["signers"],
        "legal_basis": facts["legal_basis"],
        "change_summary": _summary(facts),
        "unit": unit_of(agency, facts),
        "source": original,
        "source_name": facts["name"][:255],
        "flags": facts["warnings"],
    }
    fields |= {name: facts[name] for name in ("owner_post", "visibility") if facts.get(name)}
    if model is ProcedurePage and facts.get("field"):
        fields["field"] = facts["field"]
    if model is ProcedurePage and facts["national_code"]:
        fields |= {
            "national_code": facts["national_code"][:20],
            "local_tail": facts["local_tail"][:40],
        }
    return fields


# The six procedures of every management system, by their usual names.
_SYSTEM = re.compile(
    r"^(kiem soat (thong tin dang van ban|tai lieu|ho so)|quan ly rui ro|(nhan dien|kiem soat).* rui ro|danh gia (chat luong )?noi bo|xem xet cua lanh dao|(kiem soat|xu ly) (su )?(dau ra )?khong phu hop"
    r"|(hanh dong )?khac phuc|theo doi.* (su )?(thoa man|hai long)|do luong.* (su )?(thoa man|hai long))\b"
)


def procedure_type(facts: Facts) -> ProcedureType:
    """The type of procedure, judged by its national code, headings on administrative procedures, or name."""
    sections = facts["content"]["sections"]
    titles = [
        words(t)
        for s in sections
        for t in (s["title"], *(b["title"] for b in s["blocks"] if b["type"] == "heading"))
    ]
    papers, fees = (
        any(pattern in title for title in titles) for pattern in ("thanh phan ho so", "le phi")
    )
    if (
        facts["national_code"]
        or papers
        and fees
        or any("thu tuc hanh chinh" in title for title in titles)
    ):
        return ProcedureType.ADMINISTRATIVE
    return ProcedureType.SYSTEM if _SYSTEM.search(words(facts["title"])) else ProcedureType.INTERNAL


def _summary(facts: Facts) -> str:
    """The last entry of the amendment log."""
    return next((a["summary"] for a in reversed(facts["amendments"]) if a.get("summary")), "")


def unit_of(agency: Agency, facts: Facts) -> Unit | None:
    """The unit that the officer chose (0: none), else the one whose code is part of the document's code (QT-01/HCTP)."""
    if facts.get("unit") is not None:
        return Unit.objects.filter(agency=agency, pk=facts["unit"]).first()
    parts = {code_key(part) for part in re.split(r"[-/._\s]+", facts["code"]) if not part.isdigit()}
    found = [unit for unit in agency.units.exclude(code="") if code_key(unit.code) in parts]
    return found[0] if len(found) == 1 else None


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _older(page: DocumentPage, facts: Facts) -> list[Flag]:
    """A warning if the paper is an earlier issue than the document's; otherwise empty."""
    newest = (
        Version.objects.filter(document=page.pk)
        .standing()
        .order_by(F("effective_on").desc(), "-ordinal")
        .first()
    )
    issued_on = _date(facts["issued_on"])
    if newest is None or issued_on is None:
        return []
    if (_date(facts["effective_on"]) or issued_on) >= newest.effective_on:
        return []
    return [warning("older_issue", newest.effective_on.isoformat())]


def _restore_open_draft(
    page: DocumentPage,
    before: int,
    open_before: bool,
    drafters: list[int],
    version: Version,
    by: User | None,
) -> None:
    """Makes the previous draft the newest again after a version was recorded, if people should
    continue with it.

    This applies if somebody is working on it, or if the recorded paper is an older issue than the
    newest version. A draft that only an earlier import left is superseded by what was recorded now.
    """
    newest = (
        Version.objects.filter(document=page.pk)
        .standing()
        .order_by(F("effective_on").desc(), "-ordinal")
        .first()
    )
    older = newest is not None and newest.pk != version.pk
    worked_on = (
        open_before and not ImportItem.objects.filter(document=page.pk, revision_id=before).exists()
    )
    if not older and not worked_on:
        return
    restore(page, before, by=by)
    kept: dict[str, Any] = {"drafters": sorted({*drafters, *page.drafters})}
    if not open_before:
        kept |= {"issued_revision_id": page.latest_revision_id, "drafters": []}
    DocumentPage.objects.filter(pk=page.pk).update(**kept)
    page.refresh_from_db()


def restore(page: DocumentPage, revision_id: int, *, by: User | None) -> None:
    """Makes an earlier draft the newest again, by saving a copy. Raises Refused if it has been purged."""
    revision = Revision.page_revisions.filter(object_id=str(page.pk), pk=revision_id).first()
    if revision is None:
        raise Refused(_("Bản thảo trước đó không còn được lưu."))
    earlier, then = revision.as_object(), revision.content.get("flags")
    earlier.flags = [
        f for f in (then if isinstance(then, list) else []) if f.get("code") != DUPLICATE
    ] + [f for f in page.flags if f.get("code") == DUPLICATE]
    earlier.save_revision(user=by, log_action=True)
    page.refresh_from_db()


def keep_pictures(pictures: dict[str, Any], kept: set[str] | None = None) -> None:
    """Stores the pictures of an answer, before the transaction: the store is append-only, so nothing is left half done.
    `kept`: hashes the run has stored already (a department's files share their logo); new ones are added to it."""
    kept = set() if kept is None else kept
    for picture in pictures.values():
        if picture.sha256 not in kept:
            store.add(picture.path.read_bytes(), picture.mime)
            kept.add(picture.sha256)


def as_known(facts: Facts, pk: int | None = None) -> DocumentRef:
    """The reference under which later files find a file that was, or in a dry run would be, imported."""
    key = code_key(facts["code"])
    text = "" if key else text_of(facts.get("content") or {"sections": []})
    return DocumentRef(
        pk, key, facts["code"], facts["title"], facts["name"], facts["kind"], text=text
    )


def mark_changed(page: DocumentPage) -> None:
    """Queues this document and its draft for indexing."""
    pending.mark("document", page.pk)
    pending.mark("draft", page.pk)
