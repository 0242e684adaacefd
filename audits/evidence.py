"""Files of evidence in audits, validated by `qms.proof.uploads`."""

import uuid
from typing import Any

from audits.models import Audit, Evidence
from qms.errors import Refused
from qms.models import User
from qms.proof import uploads
from qms.text.names import clean_name

MOST_AT_ONCE = 10
MOST_BYTES = MOST_AT_ONCE * uploads.LARGEST


def ready(files: list[Any]) -> list[uploads.PreparedUpload]:
    """Reads uploads before a step begins. Raises Refused for one that can't be stored."""
    return uploads.prepare_all(files, MOST_AT_ONCE)


def keep(
    files: list[Any],
    subject: str,
    *,
    audit: Audit | None,
    by: User | None,
    caption: str = "",
    entry: uuid.UUID | None = None,
) -> list[Evidence]:
    """Stores uploaded files, preferably already `ready`, as evidence for the subject, inside the
    caller's transaction. Raises Refused for one that can't be stored.

    `entry` is the ID that a device generated for a single file."""
    if len(files) > MOST_AT_ONCE:
        raise Refused(uploads.too_many(MOST_AT_ONCE))
    rows = []
    for file in files:
        stored = uploads.store_upload(file)
        rows.append(
            Evidence.objects.create(
                audit=audit,
                subject=subject,
                file=stored,
                name=clean_name(file.name),
                caption=caption.strip()[:250],
                by=by,
                by_name=str(by) if by else "",
                entry=entry,
            )
        )
    return rows


def of(kind: str, ids: list[int]) -> dict[int, list[Evidence]]:
    """{ID: evidence} of these items, findings or actions. One query."""
    found: dict[int, list[Evidence]] = {}
    subjects = [f"{kind}:{pk}" for pk in ids]
    for row in Evidence.objects.filter(subject__in=subjects).select_related("file"):
        found.setdefault(int(row.subject.partition(":")[2]), []).append(row)
    return found
