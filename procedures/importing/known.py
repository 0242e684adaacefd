"""Finds the agency's document that a file belongs to, and documents that share a code."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Value, When

from procedures import lifecycle, standing
from procedures.content import text_of
from procedures.content.schema import Flag
from procedures.content.stream import to_content
from procedures.content.titles import TitleIndex, same_text, same_title, words_of
from procedures.models import DocumentPage, ImportItem, Version
from procedures.namesakes import named
from qms.approvals import queries
from qms.clock import today
from qms.models import Agency
from qms.text.codes import code_key

Facts = dict[str, Any]
DUPLICATE = "duplicate_code"
SAME_TITLE = "same_title"
TITLE_SHARED = "title_shared"
# Of the words: files with one code and title that share less are two documents
SHARED_IN_A_BATCH = 0.5


@dataclass(frozen=True)
class DocumentRef:
    """What is needed to tell documents apart. `pk` is negative for one that a dry run would have
    created, and None for a file that was not accepted yet."""

    pk: int | None
    code_key: str
    code: str
    title: str
    name: str  # of its file
    kind: str = ""
    is_live: bool = True  # has an open draft, or a version that is or will be in force
    is_issued: bool = False  # has a version that is or will be in force
    text: str = field(default="", compare=False)  # of a file that is not in the database

    @property
    def label(self) -> str:
        """A name for people: the file it came from, else its title."""
        return self.name or self.title


def same_file(agency: Agency, sha256: str) -> ImportItem | None:
    """The latest accepted import of this very file into the agency whose document still exists, or
    None. One query."""
    found = ImportItem.objects.filter(
        batch__agency=agency,
        sha256=sha256,
        state=ImportItem.State.ACCEPTED,
        role=ImportItem.Role.DOCUMENT,
        document__isnull=False,
    )
    return found.select_related("document", "version").order_by("-pk").first()


def later_draft(item: ImportItem) -> Flag | None:
    """The flag of an already imported file whose document now has another file's draft; None if the
    draft is still its own."""
    page = item.document
    if page is None or item.version_id or page.source_id in (None, item.sha256):
        return None
    return {"code": "later_draft", "values": [page.source_name]}


def _named(kind: str, title: str) -> tuple[str, str]:
    """The kind and the letters of the significant words of a title."""
    return kind, "".join(words_of(title))


class CodeIndex:
    """The agency's documents by code: only those with the code `key`, or all if None, to check many
    files at once."""

    def __init__(self, agency: Agency, key: str | None = None) -> None:
        pages = DocumentPage.objects.filter(agency=agency).order_by("pk")
        if key is not None:
            pages = pages.filter(code_key=key)
        versions = Version.objects.filter(document__in=pages.order_by().values("pk"))
        held = set(standing.with_days_from(today(), versions).values())
        pages = pages.annotate(
            drafted=Case(When(DocumentPage.OPEN_DRAFT, then=Value(True)), default=Value(False))
        )
        self._by_code: dict[str, list[DocumentRef]] = {}
        self._by_title: dict[tuple[str, str], list[DocumentRef]] | None = None
        self._bare: TitleIndex[DocumentRef] | None = None
        for pk, key_, code, long_title, title, name, kind, drafted in pages.values_list(
            "pk", "code_key", "code", "long_title", "title", "source_name", "kind", "drafted"
        ):
            issued = pk in held
            self._by_code.setdefault(key_, []).append(
                DocumentRef(
                    pk, key_, code, long_title or title, name, kind, drafted or issued, issued
                )
            )

    def with_code(self, key: str) -> list[DocumentRef]:
        return list(self._by_code.get(key, [])) if key else []

    def holders(self, key: str, exclude: int | None = None) -> list[DocumentRef]:
        """Live documents with this code, except `exclude`."""
        return [known for known in self.with_code(key) if known.is_live and known.pk != exclude]

    def namesakes(self, kind: str, title: str, exclude: int | None = None) -> list[DocumentRef]:
        """Live documents of this kind whose title differs only in form, except `exclude`."""
        if self._by_title is None:
            self._by_title = {}
            for known in (k for same in self._by_code.values() for k in same if k.is_live):
                self._by_title.setdefault(_named(known.kind, known.title), []).append(known)
        key = _named(kind, title)
        return [k for k in self._by_title.get(key, []) if key[1] and k.pk != exclude]

    def without_code(self, title: str) -> list[DocumentRef]:
        """The documents without a code that have this title."""
        if self._bare is None:
            self._bare = TitleIndex((k, words_of(k.title)) for k in self._by_code.get("", []))
        return self._bare.same(words_of(title))


def match(
    agency: Agency,
    facts: Facts,
    planned: Iterable[DocumentRef] = (),
    shelf: CodeIndex | None = None,
    same_batch: Collection[int] = (),
    texts: Mapping[int, str] | None = None,
) -> DocumentRef | None:
    """The document that this file is a further issue of, or None: same code and (nearly) the
    same title; without a code, the only one without a code that has this title and most of this
    text. `planned`: what a dry run would have created or changed so far; `shelf`: the
    documents, if already read; `same_batch`: IDs of documents of the same batch, which match only
    if the texts agree; `texts`: texts of documents, if already read."""
    key, title = code_key(facts["code"]), facts["title"]
    shelf = shelf or CodeIndex(agency, key)
    planned = list(planned)
    changed = {k.pk for k in planned}
    stored = [
        k
        for k in (shelf.with_code(key) if key else shelf.without_code(title))
        if k.pk not in changed
    ]
    found = [k for k in [*stored, *planned] if k.code_key == key and same_title(k.title, title)]
    said = text_of(facts.get("content") or {"sections": []})

    def text(known: DocumentRef) -> str:
        read = (texts or {}).get(known.pk or 0)
        return known.text or (stored_text(known.pk) if read is None else read)

    found = [
        k for k in found if k.pk not in same_batch or same_text(text(k), said, SHARED_IN_A_BATCH)
    ]
    if not key:
        found = [k for k in found if same_text(text(k), said)]
        if len(found) > 1:
            return None
    # If several share the title: prefer the one with this file name, then the exact title, then
    # the newest.
    exact = words_of(title)
    found.sort(key=lambda k: (k.name == facts["name"], words_of(k.title) == exact, k.pk or 0))
    return found[-1] if found else None


def stored_text(pk: int | None) -> str:
    """The text of the newest draft of a document; empty if there is none. One query."""
    page = DocumentPage.objects.filter(pk=pk).first() if pk and pk > 0 else None
    return text_of(to_content(page.specific.body)) if page else ""


def stored_texts(pks: Collection[int]) -> dict[int, str]:
    """{ID: text of the newest draft} of documents. A query for each kind of page."""
    pages = DocumentPage.objects.filter(pk__in=pks).specific() if pks else ()
    return {page.pk: text_of(to_content(page.body)) for page in pages}


def same_title_warning(others: Iterable[DocumentRef]) -> Flag | None:
    """The flag of a document without a code whose title `others` share with a different text; None
    if `others` is empty."""
    labels = sorted({known.label for known in others})
    return {"code": SAME_TITLE, "values": labels} if labels else None


def title_shared_warning(others: Iterable[DocumentRef]) -> Flag | None:
    """The flag of a document whose title `others` share under other codes; None if `others`
    is empty."""
    labels = sorted(
        named(k.code, k.title, None if k.is_issued else standing.STATE_LABELS["draft"])
        for k in others
    )
    return {"code": TITLE_SHARED, "values": labels} if labels else None


def mark_namesakes(others: Iterable[DocumentRef], name: str) -> None:
    """Flags documents without a code as sharing their title with a new one, from the
    file `name`."""
    for page in DocumentPage.objects.filter(pk__in=[k.pk for k in others]).defer("body"):
        before = next((f for f in page.flags if f.get("code") == SAME_TITLE), None)
        values = sorted({*(before["values"] if before else ()), name})
        flags = [f for f in page.flags if f.get("code") != SAME_TITLE]
        flags.append({"code": SAME_TITLE, "values": values})
        DocumentPage.objects.filter(pk=page.pk).update(flags=flags)


def duplicate_warning(code: str, others: Iterable[DocumentRef]) -> Flag | None:
    """The flag of a document whose code `others` share; `values` are their file names or titles.
    None if `others` is empty."""
    labels = sorted({known.label for known in others})
    return {"code": DUPLICATE, "values": labels, "details": {"code": code}} if labels else None


def with_duplicates(flags: list[Flag], code: str, others: Iterable[DocumentRef]) -> list[Flag]:
    """The flags with the duplicate flag recomputed."""
    warning = duplicate_warning(code, others)
    return [flag for flag in flags if flag.get("code") != DUPLICATE] + (
        [warning] if warning else []
    )


def refresh_duplicates(agency: Agency, key: str) -> None:
    """Recomputes the duplicate flag of every document with this code.

    Flags belong to the document, not to a draft, so only the row changes and no draft is created. A
    document in approval keeps its flags: sending compares the code with those in force anyway."""
    if not key:
        return
    holders = CodeIndex(agency, key).holders(key)
    pages = list(DocumentPage.objects.filter(agency=agency, code_key=key).defer("body"))
    closed = queries.open_subjects(lifecycle.subject(page.pk) for page in pages)
    for page in pages:
        if lifecycle.subject(page.pk) in closed:
            continue
        here = any(known.pk == page.pk for known in holders)
        flags = with_duplicates(
            page.flags,
            page.code,
            [known for known in holders if known.pk != page.pk] if here else [],
        )
        if flags != page.flags:
            DocumentPage.objects.filter(pk=page.pk).update(flags=flags)
