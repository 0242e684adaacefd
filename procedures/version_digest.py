"""The digest of a version: which facts it covers, by format.

A format is never changed once a version uses it, because issued versions can't be given another
digest. A new column of `Version` either belongs to a new format (a longer list here, named by
`CURRENT`) or is listed in `NOT_COVERED`; a test enforces the decision."""

import hashlib
import json
from typing import Any

_FIRST = (
    "document_id",
    "ordinal",
    "agency_id",
    "agency_name",
    "unit_id",
    "unit_name",
    "owner_post",
    "kind",
    "procedure_type",
    "field",
    "code",
    "code_key",
    "title",
    "national_code",
    "local_tail",
    "clauses",
    "legal_basis",
    "review_months",
    "visibility",
    "issue_number",
    "revision_number",
    "issued_on",
    "effective_on",
    "signers",
    "change_summary",
    "content",
    "files",
    "origin",
    "flags",
    "made_by_id",
    "made_by_name",
    "made_at",
)

FORMATS: dict[int, tuple[str, ...]] = {
    1: _FIRST,
    2: (*_FIRST, "approval_id", "decision_id", "paper"),
}
CURRENT = 2
NOT_COVERED = frozenset({"id", "digest", "digest_format"})


def compute(version: Any) -> str:
    """The SHA-256 over the facts of the version's own format, in canonical form.

    Raises KeyError if `version.digest_format` is unknown."""
    facts = {name: getattr(version, name) for name in FORMATS[version.digest_format]}
    text = json.dumps(
        facts,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=lambda v: v.isoformat(),
    )
    return hashlib.sha256(text.encode()).hexdigest()
