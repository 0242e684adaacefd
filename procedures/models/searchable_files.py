"""The files whose text makes a document searchable, and how they are queued for reading."""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Length

from procedures.content import block_text, stream
from procedures.models.documents import DocumentPage, FormPage
from procedures.models.files import FileText
from procedures.models.versions import Version, VersionAct
from qms.models import StoredFile

Files = list[dict[str, Any]]

# Letters from which a document has a text of its own; with fewer its signed scan is read
OWN_TEXT = 200
EMPTY_CONTENT = 4_000  # maximum characters of JSON of a document without text


def of_version(
    version: Version, acts: Iterable[VersionAct], wordless: Container[int] | None = None
) -> Files:
    """The files of a version that make it searchable, without duplicates: a form's file, and
    attachments.

    The original is left out, since the version's content has the same text. The signed scan counts
    only for a version without text of its own (`wordless` gives their IDs for bulk use); otherwise
    its words, with recognition errors, would duplicate the content. Pictures and renditions of the
    content never count."""
    later = [file for act in acts if act.kind == VersionAct.Kind.FILE_ADDED for file in act.files]
    files = [*version.files, *later]
    originals = {file["sha256"] for file in files if file.get("role") == "original"}
    found = {
        file["sha256"]: file
        for file in files
        if file.get("role") in {"form", "attachment"} and file["sha256"] not in originals
    }
    signed = [file for file in files if file.get("role") == "signed"]
    if signed and (
        not has_own_text(version.content) if wordless is None else version.pk in wordless
    ):
        found = {**{file["sha256"]: file for file in signed}, **found}
    return list(found.values())


def of_draft(page: DocumentPage) -> Files:
    """The same for a draft: a form's file, unless the form was imported from it."""
    if not isinstance(page, FormPage) or not page.file_id or page.file_id == page.source_id:
        return []
    return [{"sha256": page.file_id, "name": page.file_name, "role": "form"}]


def without_own_text(versions: "QuerySet[Version]") -> set[int]:
    """IDs of the versions without text of their own. One query; large contents are skipped."""
    small = (
        versions.annotate(size=Length(Cast("content", TextField())))
        .filter(size__lte=EMPTY_CONTENT)
        .order_by()
    )
    return {pk for pk, content in small.values_list("pk", "content") if not has_own_text(content)}


def has_own_text(content: stream.Content) -> bool:
    """Whether the content has at least OWN_TEXT letters."""
    letters = 0
    for section in content.get("sections", ()):
        for block in section.get("blocks", ()):
            letters += sum(c.isalnum() for c in block_text(block))
            if letters >= OWN_TEXT:
                return True
    return False


def enqueue(document: int, files: Iterable[dict[str, Any]]) -> None:
    """Queues the files that were not read yet for the background process. Called inside the step
    that adds them to the document."""
    enqueue_many([(document, file["sha256"]) for file in files])


def enqueue_many(wanted: Sequence[tuple[int, str]]) -> int:
    """The same for (document, SHA-256) of many documents. Returns how many files are new."""
    digests = {sha256 for _, sha256 in wanted}
    if not digests:
        return 0
    known = set(FileText.objects.filter(pk__in=digests).values_list("pk", flat=True))
    new = set(StoredFile.objects.filter(pk__in=digests - known).values_list("pk", flat=True))
    FileText.objects.bulk_create(
        [FileText(file_id=sha256) for sha256 in sorted(new)], ignore_conflicts=True
    )
    hanging = FileText.documents.through
    rows = [
        hanging(filetext_id=sha256, documentpage_id=document)
        for document, sha256 in dict.fromkeys(wanted)
        if sha256 in known | new
    ]
    hanging.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)
