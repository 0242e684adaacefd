"""The files of a batch as the officer sees them before accepting: corrected facts, target and warnings."""

from dataclasses import dataclass
from functools import cached_property

from procedures.content.schema import Flag
from procedures.content.titles import same_title
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
    """The facts as read with the officer's corrections applied, without the warnings that these settle."""
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


class Review:
    """The files of a batch that await review, taken together: two of them may share a code."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.shelf = batch, CodeIndex(batch.agency)
        self.items = list(
            batch.items.filter(state=State.READ, role=ImportItem.Role.DOCUMENT).defer("heavy")
        )
        accepted = batch.items.filter(state=State.ACCEPTED, document__isnull=False)
        self._beside = set(accepted.values_list("document", flat=True))
        self._facts = {item.pk: facts_of(item) for item in self.items}
        self._by_code: dict[str, list[tuple[int, DocumentRef]]] = {}
        for item in self.items:
            facts = self._facts[item.pk]
            key = code_key(facts["code"])
            self._by_code.setdefault(key, []).append(
                (item.pk, DocumentRef(None, key, facts["code"], facts["title"], item.name))
            )

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
        return Reviewed(item, facts, target, [*facts["warnings"], *(f for f in found if f)])

    @cached_property
    def all(self) -> list[Reviewed]:
        return [self.of(item) for item in self.items]

    def clean(self) -> list[ImportItem]:
        return [reviewed.item for reviewed in self.all if reviewed.is_clean]

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
        return match(self.batch.agency, facts, shelf=self.shelf, beside=self._beside)
