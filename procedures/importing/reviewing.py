"""The files of a batch as the officer sees them before accepting: corrected facts, target
and warnings."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from procedures.content.schema import Content, Flag
from procedures.content.titles import TitleIndex, same_title, words_of
from procedures.enums import MISSING_FACTS
from procedures.importing.intake import with_defaults
from procedures.importing.known import (
    SAME_TITLE,
    CodeIndex,
    DocumentRef,
    Facts,
    duplicate_warning,
    match,
    same_title_warning,
    stored_texts,
    title_shared_warning,
)
from procedures.importing.strangers import TITLE_TAKEN
from procedures.models import REMARKS, DocumentPage, ImportBatch, ImportItem, Kind, SignerRole
from qms.text.codes import code_key

State = ImportItem.State
TITLE_TWICE, WAITING_ELSEWHERE = "title_twice", "waiting_elsewhere"
_NUMBERS = ("issue_number", "revision_number")
_SIGNED = (SignerRole.APPROVED,)
_CONTROLLED = (*_NUMBERS, SignerRole.REVIEWED, SignerRole.APPROVED)
# What the paper of a controlled document says besides code, title and date; forms and letters
# have none of it
NEEDED: dict[str, tuple[str, ...]] = {
    Kind.PROCEDURE: _CONTROLLED,
    Kind.INSTRUCTION: _CONTROLLED,
    Kind.MANUAL: _CONTROLLED,
    Kind.POLICY: _SIGNED,
    Kind.OBJECTIVES: _SIGNED,
    Kind.REGULATION: _SIGNED,
}
CORRECTED = (
    "code",
    "title",
    "kind",
    "issue_number",
    "revision_number",
    "issued_on",
    "effective_on",
    "signers",
    "unit",
    "owner_post",
    "visibility",
    "field",
)


def facts_of(item: ImportItem) -> Facts:
    """The facts as read with the officer's corrections applied, without the warnings that
    these settle."""
    read = item.reading["facts"]
    changed = {name: item.corrections[name] for name in CORRECTED if name in item.corrections}
    if not changed:
        return read
    facts = {**read, **changed}
    settled = set()
    if facts["code"].strip():
        settled.add("missing_code")
    if facts["issued_on"]:
        settled.add("missing_date")
    if facts["title"] != read["title"]:
        settled.add("missing_title")
    facts["warnings"] = [w for w in facts["warnings"] if w["code"] not in settled]
    return with_defaults(facts)


def missing_facts(facts: Facts) -> Flag | None:
    """The mild flag of a file that does not give all that its kind of document needs; `values` are
    names of facts."""
    signed = {s.get("role") for s in facts["signers"] if s.get("name")}
    lacking = [
        str(name)
        for name in NEEDED.get(facts["kind"], ())
        if (facts.get(name) is None if name in _NUMBERS else name not in signed)
    ]
    return {"code": MISSING_FACTS, "values": lacking} if lacking else None


@dataclass
class Reviewed:
    """A file as the officer sees it before accepting."""

    item: ImportItem
    facts: Facts
    target: (
        DocumentRef | None
    )  # the document that would get a further issue; None for a new document
    warnings: list[Flag]  # the reader's, and about others with this code

    @property
    def is_clean(self) -> bool:
        """Whether it can be accepted without a person looking at it."""
        return self._has_only(REMARKS)

    @property
    def only_lacks(self) -> bool:
        """Whether its only warning is that facts are missing."""
        return not self.is_clean and self._has_only({*REMARKS, MISSING_FACTS})

    def _has_only(self, codes: Collection[str]) -> bool:
        return all(w["code"] in codes for w in self.warnings)


def _named(facts: Facts) -> tuple[str, ...]:
    """The kind and the significant words of the title: what tells documents of one kind apart
    in words."""
    return facts["kind"], *words_of(facts["title"])


def _waiting_elsewhere(batch: ImportBatch) -> dict[str, int]:
    """{SHA-256: number of an earlier batch of the agency where the same file waits too}.
    One query."""
    files = batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT)
    earlier = ImportItem.objects.filter(
        batch__agency=batch.agency_id,
        batch__lt=batch.pk,
        state__in=(State.WAITING, State.READING, State.READ),
        role=ImportItem.Role.DOCUMENT,
        sha256__in=files.order_by().values("sha256"),
    )
    return dict(earlier.order_by("-batch_id").values_list("sha256", "batch_id"))


def _contents(pks: list[int]) -> dict[int, Content]:
    """{ID: content} of files that were read. One query."""
    rows = ImportItem.objects.filter(pk__in=pks).values_list("pk", "heavy__content")
    empty: Content = {"sections": []}
    return {pk: content or empty for pk, content in rows}


class Review:
    """The files of a batch that await review, taken together: two of them may share a code."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.shelf = batch, CodeIndex(batch.agency)
        self.items = list(
            batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT).defer("heavy")
        )
        accepted = batch.items.filter(state=State.ACCEPTED, document__isnull=False)
        self._same_batch = set(accepted.values_list("document", flat=True))
        self._facts = {item.pk: facts_of(item) for item in self.items}
        self._by_code: dict[str, list[tuple[int, DocumentRef]]] = {}
        self._by_title: dict[tuple[str, ...], list[tuple[int, DocumentRef]]] = {}
        for item in self.items:
            facts = self._facts[item.pk]
            key = code_key(facts["code"])
            known = DocumentRef(None, key, facts["code"], facts["title"], item.name)
            self._by_code.setdefault(key, []).append((item.pk, known))
            self._by_title.setdefault(_named(facts), []).append((item.pk, known))
        self._without_code = TitleIndex(
            ((pk, known), words_of(known.title)) for pk, known in self._by_code.get("", [])
        )
        self._elsewhere = _waiting_elsewhere(batch)

    def of(self, item: ImportItem) -> Reviewed:
        facts = self._facts.get(item.pk) or facts_of(item)
        target, key = self._target(item, facts), code_key(facts["code"])
        others = self.shelf.holders(key, exclude=target.pk if target else None)
        others += [known for pk, known in self._by_code.get(key, []) if key and pk != item.pk]
        found = [duplicate_warning(facts["code"], others)]
        if not key and target is None:
            alike = self.shelf.without_code(facts["title"])
            others_here = self._without_code.same(words_of(facts["title"]))
            alike += [known for pk, known in others_here if pk != item.pk]
            found.append(same_title_warning(alike))
        found += [
            self._title_twice(item, facts),
            self._title_shared(facts, target),
            missing_facts(facts),
        ]
        if number := self._elsewhere.get(item.sha256):
            found.append({"code": WAITING_ELSEWHERE, "values": [str(number)]})
        return Reviewed(item, facts, target, [*facts["warnings"], *(f for f in found if f)])

    @cached_property
    def all(self) -> list[Reviewed]:
        return [self.of(item) for item in self.items]

    def clean(self) -> list[ImportItem]:
        return [reviewed.item for reviewed in self.all if reviewed.is_clean]

    def lacking(self) -> list[ImportItem]:
        """The files whose only warning is that facts are missing."""
        return [reviewed.item for reviewed in self.all if reviewed.only_lacks]

    def twins(self, keys: Collection[int], most: int) -> set[int]:
        """IDs of the other files of the batch that share a code or a title with one of these, so
        that their warnings name it; of more than `most` the nearest, which one page shows."""
        found: set[int] = set()
        for same in (*self._by_code.items(), *self._by_title.items()):
            named, files = same
            pks = {pk for pk, _known in files}
            if named and not pks.isdisjoint(keys):
                found |= pks
        first, last = min(keys, default=0), max(keys, default=0)
        near = sorted(found - set(keys), key=lambda pk: (max(first - pk, pk - last, 0), pk))
        return set(near[:most])

    def _title_twice(self, item: ImportItem, facts: Facts) -> Flag | None:
        """The flag of a file whose title others of the batch have with another code; `values` are
        "file (code)"."""
        key, named = code_key(facts["code"]), _named(facts)
        alike = [
            k for pk, k in self._by_title.get(named, []) if pk != item.pk and k.code_key != key
        ]
        if not alike or not named[1:]:
            return None
        said = sorted(f"{k.name} ({k.code})" if k.code else k.name for k in alike)
        return {"code": TITLE_TWICE, "values": said}

    def _title_shared(self, facts: Facts, target: DocumentRef | None) -> Flag | None:
        """The flag of a file that would become a document with the title of another one; those in
        force were found when it was read."""
        key = code_key(facts["code"])
        if not key:
            return None  # flagged by `same_title_warning`
        taken = any(w["code"] == TITLE_TAKEN for w in facts["warnings"])
        others = self.shelf.namesakes(
            facts["kind"], facts["title"], exclude=target.pk if target else None
        )
        others = [k for k in others if k.code_key != key and not (taken and k.is_issued)]
        return title_shared_warning(others)

    def after(self, item: ImportItem) -> list[Flag]:
        """The warnings of a file that became a draft or version: those kept with it, and the
        documents that share its title today."""
        kept: list[Flag] = item.reading.get("warnings", [])
        page = item.document
        if page is None or item.state != State.ACCEPTED:
            return kept
        said = {w["code"] for w in kept}
        if SAME_TITLE in said:
            return kept
        shared = self.shelf.namesakes(page.kind, page.full_title, exclude=page.pk)
        found = title_shared_warning(k for k in shared if not (TITLE_TAKEN in said and k.is_issued))
        return [*kept, {**found, "details": {"taken_in": True}}] if found else kept

    def _target(self, item: ImportItem, facts: Facts) -> DocumentRef | None:
        chosen = item.corrections.get("document")
        if chosen == "new":
            return None
        if chosen:
            page = DocumentPage.objects.filter(agency=self.batch.agency, pk=chosen).first()
            return (
                DocumentRef(
                    page.pk, page.code_key, page.code, page.full_title, page.source_name, page.kind
                )
                if page
                else None
            )
        if self._compared(facts):
            contents, texts = self._texts
            if item.pk not in contents:  # skipped: not among the files that await review
                contents = _contents([item.pk])
            facts = {**facts, "content": contents[item.pk]}
        else:
            texts = {}
        return match(
            self.batch.agency, facts, shelf=self.shelf, same_batch=self._same_batch, texts=texts
        )

    def _compared(self, facts: Facts) -> set[int]:
        """IDs of the documents to which a file belongs only if the texts agree."""
        key, title = code_key(facts["code"]), facts["title"]
        known = self.shelf.with_code(key) if key else self.shelf.without_code(title)
        return {
            k.pk
            for k in known
            if k.pk and (not key or k.pk in self._same_batch and same_title(k.title, title))
        }

    @cached_property
    def _texts(self) -> tuple[dict[int, Content], dict[int, str]]:
        """The contents of the files, and the texts of the documents, that are compared."""
        compared = {item.pk: self._compared(self._facts[item.pk]) for item in self.items}
        contents = _contents([pk for pk, documents in compared.items() if documents])
        return contents, stored_texts(set().union(*compared.values()))
