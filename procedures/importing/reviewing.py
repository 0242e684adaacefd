"""The files of a batch as the officer sees them before accepting: corrected facts, target
and warnings."""

from dataclasses import dataclass
from functools import cached_property

from procedures.content.schema import Flag
from procedures.content.titles import same_title, words_of
from procedures.importing.intake import with_defaults
from procedures.importing.known import (
    CodeIndex,
    DocumentRef,
    Facts,
    duplicate_warning,
    match,
    same_title_warning,
)
from procedures.models import REMARKS, DocumentPage, ImportBatch, ImportItem
from qms.text.codes import code_key

State = ImportItem.State
TITLE_TWICE, WAITING_ELSEWHERE = "title_twice", "waiting_elsewhere"
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
        return all(w["code"] in REMARKS for w in self.warnings)


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
        self._elsewhere = _waiting_elsewhere(batch)

    def of(self, item: ImportItem) -> Reviewed:
        facts = self._facts.get(item.pk) or facts_of(item)
        target, key = self._target(item, facts), code_key(facts["code"])
        others = self.shelf.holders(key, exclude=target.pk if target else None)
        others += [known for pk, known in self._by_code.get(key, []) if key and pk != item.pk]
        found = [duplicate_warning(facts["code"], others)]
        if not key and target is None:
            alike = self.shelf.without_code(facts["title"])
            alike += [
                known
                for pk, known in self._by_code.get("", [])
                if pk != item.pk and same_title(known.title, facts["title"])
            ]
            found.append(same_title_warning(alike))
        found.append(self._title_twice(item, facts))
        if number := self._elsewhere.get(item.sha256):
            found.append({"code": WAITING_ELSEWHERE, "values": [str(number)]})
        return Reviewed(item, facts, target, [*facts["warnings"], *(f for f in found if f)])

    @cached_property
    def all(self) -> list[Reviewed]:
        return [self.of(item) for item in self.items]

    def clean(self) -> list[ImportItem]:
        return [reviewed.item for reviewed in self.all if reviewed.is_clean]

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
        return match(self.batch.agency, facts, shelf=self.shelf, same_batch=self._same_batch)
