"""The report of an import: one row per file, in the shape given in docs/import.md."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from procedures.content import sections_outline
from procedures.content.schema import Flag
from procedures.flag_words import in_words
from procedures.importing.known import DUPLICATE, SAME_TITLE, DocumentRef, Facts, same_title_warning
from procedures.models import DocumentPage

COPIED = (
    "kind", "code", "title", "issue_number", "revision_number", "issued_on", "effective_on", "signers", "cases", "steps", "records", "forms",
    "amendments", "legal_basis", "images", "source_characters", "kept_characters",
)  # fmt: skip
KEYS = {
    "signers": ("role", "name", "post"),
    "steps": ("number", "action", "responsible", "durations"),
    "records": ("name", "place", "retention"),
    "forms": ("code", "name"),
    "amendments": ("number", "date", "summary"),
    "warnings": ("code", "message", "values"),
}  # fmt: skip
LISTS = frozenset({"signers", "cases", "steps", "records", "forms", "amendments", "legal_basis"})
NUMBERS = frozenset({"images", "source_characters", "kept_characters"})


def row(facts: Facts, status: str, *, url: str | None = None) -> dict[str, Any]:
    """The row of a file that was read. Stored with its import item, so the same file need not be
    read again."""
    found: dict[str, Any] = {
        "file": facts["name"],
        "sha256": facts["sha256"],
        "status": status,
        "url": url,
    }
    found |= {name: facts[name] for name in COPIED}
    found["sections"] = sections_outline(facts["content"])
    found["confidence"] = facts.get("confidence") or {}
    found["error"] = None
    return {name: _only(name, value) for name, value in found.items()} | {
        "warnings": worded(facts["warnings"])
    }


def worded(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    """Warnings as rows hold them: code, sentence and values."""
    return _only("warnings", [in_words(flag) for flag in flags])


def refused_row(name: str, sha256: str | None, message: str) -> dict[str, Any]:
    """The row of a file that was refused: the same fields, empty, with `message` as the error."""
    found: dict[str, Any] = {"file": name, "sha256": sha256, "status": "refused", "url": None}
    for field in COPIED:
        found[field] = [] if field in LISTS else 0 if field in NUMBERS else None
    return {**found, "sections": [], "confidence": {}, "warnings": [], "error": message}


def _only(name: str, value: Any) -> Any:
    keys = KEYS.get(name)
    return [{key: entry.get(key) for key in keys} for entry in value] if keys else value


def with_duplicate(row: dict[str, Any], warning: Flag | None) -> None:
    """Sets or removes the duplicate flag of a row once all files are in."""
    row["warnings"] = [w for w in row["warnings"] if w["code"] != DUPLICATE] + (
        worded([warning]) if warning else []
    )


def with_namesakes(row: dict[str, Any], others: list[DocumentRef]) -> None:
    """Flags a row without a code whose title others share, once all files are in."""
    found = same_title_warning(others)
    if found and not any(w["code"] == SAME_TITLE for w in row["warnings"]):
        row["warnings"] = [*row["warnings"], *worded([found])]


def url_of(document: DocumentPage) -> str:
    """The document's permanent URL; before its first version, the URL of the draft for officers."""
    if document.issued_revision_id is None:
        return reverse("wagtailadmin_pages:edit", args=[document.pk])
    return reverse("document", args=[document.pk])
