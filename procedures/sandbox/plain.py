"""A reading as plain JSON: sent by the reading process, stored in an import item, and included in
the report."""

import datetime
from typing import Any

FIELDS = (
    "name", "sha256", "format", "kind", "code", "title", "issue_number", "revision_number", "issued_on", "effective_on", "agency_name", "signers",
    "content", "cases", "steps", "records", "forms", "amendments", "legal_basis", "national_code", "local_tail", "images", "source_characters",
    "kept_characters", "warnings", "confidence", "evidence",
)  # fmt: skip
LARGEST_NUMBER = 32_767  # range of a small integer in the database


def plain(reading: Any) -> dict[str, Any]:
    """The reading's fields as JSON-serializable values; without pictures. Dates become ISO strings,
    impossible numbers None."""
    found = {name: _plain(getattr(reading, name, None)) for name in FIELDS}
    for name in ("issue_number", "revision_number"):
        number = found[name]
        found[name] = number if isinstance(number, int) and 0 <= number <= LARGEST_NUMBER else None
    for name in (
        "signers",
        "cases",
        "steps",
        "records",
        "forms",
        "amendments",
        "legal_basis",
        "warnings",
    ):
        found[name] = found[name] or []
    for name in ("kind", "code", "title", "agency_name", "national_code", "local_tail", "format"):
        found[name] = found[name] or ""
    found["confidence"] = found["confidence"] or {}
    found["evidence"] = found["evidence"] or {}
    found["content"] = found["content"] or {"sections": []}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        return {_storable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    slots = getattr(value, "__dataclass_fields__", None)
    if slots is not None:
        return {name: _plain(getattr(value, name)) for name in slots}
    return _storable(str(value))


def _storable(text: str) -> str:
    """Without characters that databases and UTF-8 files can't hold: NUL and lone surrogates."""
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return text
