"""What a version copies from its draft: fields, content, and the files it refers to."""

import datetime
from typing import Any

from django.utils import timezone

from procedures.content import pictures_of, stream
from procedures.models import DocumentPage, FormPage, Version, stand_ins
from qms.models import StoredFile

COPIED = (
    "owner_post", "kind", "code", "code_key", "legal_basis", "review_months", "visibility", "issue_number", "revision_number",
    "signers", "change_summary", "flags",
)  # fmt: skip


def version_of(
    page: DocumentPage, *, issued_on: datetime.date, effective_on: datetime.date
) -> Version:
    """The version that this draft makes, unsaved and without a number."""
    content = stream.to_content(page.body)
    return Version(
        document_id=page.pk,
        ordinal=0,
        agency=page.agency,
        agency_name=page.agency.name,
        title=page.full_title,
        unit=page.unit,
        unit_name=page.unit.name if page.unit else "",
        clauses=[clause.number for clause in page.clauses.all()],
        content=content,
        files=files_of(page, content),
        issued_on=issued_on,
        effective_on=effective_on,
        made_at=timezone.now(),
        **{name: getattr(page, name) for name in COPIED},
        **{
            name: getattr(page, name, "")
            for name in ("procedure_type", "field", "national_code", "local_tail")
        },
    )


def files_of(page: DocumentPage, content: stream.Content | None = None) -> list[dict[str, Any]]:
    """Every file that a version of the draft refers to by SHA-256: the original, the form file, the
    pictures."""
    content = stream.to_content(page.body) if content is None else content
    wanted: list[tuple[str, str, str]] = []
    if page.source_id:
        wanted.append((page.source_id, page.source_name, "original"))
    if isinstance(page, FormPage) and page.file_id:
        wanted.append((page.file_id, page.file_name, "form"))
    shown = pictures_of(content)
    wanted += [(sha256, "", "picture") for sha256 in dict.fromkeys(shown)]
    rows = StoredFile.objects.in_bulk([sha256 for sha256, _name, _role in wanted])
    files = [
        file_entry(rows[sha256], name, role) for sha256, name, role in wanted if sha256 in rows
    ]
    return files + [
        file_entry(png, "", "shown", of=sha256) for sha256, png in stand_ins.shown_of(shown).items()
    ]


def file_entry(stored: StoredFile, name: str, role: str, of: str = "") -> dict[str, Any]:
    """The entry of a file in a version and its acts. `of`: the picture that this one replaces (role
    "shown")."""
    entry = {
        "sha256": stored.pk,
        "name": name,
        "mime": stored.mime,
        "size": stored.size,
        "role": role,
    }
    return {**entry, "of": of} if of else entry
