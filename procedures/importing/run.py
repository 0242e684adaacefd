"""The command line import: two files are read in parallel, each is stored in its
own transaction."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from procedures.content import text_of
from procedures.content.schema import Content
from procedures.content.stream import to_content
from procedures.content.titles import same_title
from procedures.derived import pictures
from procedures.flag_words import in_words
from procedures.importing import report, strangers, teaching
from procedures.importing.intake import (
    Outcome,
    as_known,
    keep_pictures,
    put,
    said_closed,
    with_defaults,
)
from procedures.importing.known import (
    CodeIndex,
    DocumentRef,
    Facts,
    duplicate_warning,
    later_draft,
    match,
    same_file,
)
from procedures.importing.rights import take_turn
from procedures.importing.sources import Source
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, ImportBatch, ImportItem, Version
from procedures.sandbox.readers import Answer, Job, Readers
from qms.models import Agency
from qms.proof import journal, store
from qms.text.codes import code_key
from search.queue import pending

Row = dict[str, Any]


@dataclass
class Run:
    """One run over a list of sources. `rows` grows as files are done; stored texts go to the
    folder `texts`."""

    agency: Agency
    as_issued: bool = False
    paper: dict[str, str] | None = None  # number and date of the decision, if given
    dry_run: bool = False
    texts: Path | None = None
    rows: list[Row] = field(default_factory=list)
    batch: ImportBatch | None = None
    # What a dry run would have created or changed
    planned: list[DocumentRef] = field(default_factory=list)
    # Rows whose duplicates are reported at the end
    places: list[tuple[Row, DocumentRef]] = field(default_factory=list)
    made: set[int] = field(default_factory=set)  # IDs of the documents of this run's files
    stopped: bool = False
    began: float = field(default_factory=time.monotonic)
    pictures_kept: set[str] = field(default_factory=set)
    texts_written: set[Path] = field(default_factory=set)

    def work(
        self, sources: Iterator[Source], *, done: Callable[[Row], None] = lambda row: None
    ) -> Row:
        """Imports all sources and returns the report. `stop()` ends it after the current file."""
        hashes: set[str] = set()
        with Readers() as readers:
            for answer in readers.read(self._jobs(sources)):
                row = self._deal(answer, hashes)
                self.rows.append(row)
                done(row)
                if self.stopped:
                    break
        self._tell_duplicates()
        if not self.dry_run:
            pictures.enqueue_missing(self.pictures_kept)
            pending.flush()
        return {
            "agency": self.agency.code,
            "seconds": round(time.monotonic() - self.began, 3),
            "documents": self.rows,
        }

    def stop(self) -> None:
        self.stopped = True

    def _jobs(self, sources: Iterator[Source]) -> Iterator[Job]:
        rules = teaching.rules_of(self.agency)
        for source in sources:
            if self.stopped:
                return
            if source.sort != "word":
                continue
            if source.path is None:
                yield Job(Path(), source.name, op="none", tag=source)
                continue
            sha256 = digest_of(source.path)
            known = same_file(self.agency, sha256)
            if known is not None and "report" in known.reading:
                yield Job(source.path, source.name, op="none", tag=(known.pk, sha256))
            else:
                yield Job(source.path, source.name, tag=sha256, rules=rules)

    def _deal(self, answer: Answer, hashes: set[str]) -> Row:
        job = answer.job
        if isinstance(job.tag, Source):
            return report.refused_row(job.name, None, job.tag.problem)
        if isinstance(job.tag, tuple):
            item = ImportItem.objects.select_related("document", "version").get(pk=job.tag[0])
            return self._unchanged(job.name, job.tag[1], item)
        if answer.reading is None:
            return report.refused_row(job.name, job.tag, answer.refused)
        facts = with_defaults(answer.reading)
        facts["warnings"] += strangers.flags(self.agency, facts)
        if self.dry_run:
            return self._plan(facts, hashes)
        twin = same_file(self.agency, facts["sha256"])  # the same file twice in this run
        if twin is not None:
            return self._unchanged(job.name, facts["sha256"], twin)
        return self._import(facts, answer)

    def _plan(self, facts: Facts, hashes: set[str]) -> Row:
        """The row saying what would be done; nothing is written."""
        if self.as_issued and not taking_in.is_open(self.agency):
            facts = said_closed(facts)
        known = match(self.agency, facts, self.planned, same_batch=self.made)
        status = "unchanged" if facts["sha256"] in hashes else "updated" if known else "imported"
        hashes.add(facts["sha256"])
        row = report.row(facts, status)
        mine = as_known(facts, known.pk if known and known.pk else -1 - len(self.planned))
        mine = replace(mine, text=text_of(facts["content"]))
        self.made.add(mine.pk or 0)
        self.planned = [k for k in self.planned if k.pk != mine.pk] + [mine]
        self.places.append((row, mine))
        return row

    def _import(self, facts: Facts, answer: Answer) -> Row:
        keep_pictures(answer.pictures, self.pictures_kept)
        original = store.add(answer.job.path.read_bytes())
        with journal.acts():
            outcome = put(
                take_turn(self.agency, by=None),
                facts,
                original=original,
                as_issued=self.as_issued,
                paper=self.paper,
                same_batch=self.made,
            )
            self.made.add(outcome.document.pk)
            row = report.row(
                facts,
                "imported" if outcome.created else "updated",
                url=report.url_of(outcome.document),
            )
            row["warnings"] = report.worded(outcome.warnings)
            self._remember(facts, outcome, row)
        self.places.append((row, as_known(facts, outcome.document.pk)))
        if self.texts is not None:
            self._write_text(row["file"], text_of(stored_content(outcome)))
        return row

    def _remember(self, facts: Facts, outcome: Outcome, row: Row) -> None:
        """Creates an import item, so that officers see the run among the agency's imports and can
        take drafts back."""
        if self.batch is None:
            self.batch = ImportBatch.objects.create(agency=self.agency, as_issued=self.as_issued)
        ImportItem.objects.create(
            batch=self.batch, name=facts["name"][:255], file_id=facts["sha256"], sha256=facts["sha256"], state=ImportItem.State.ACCEPTED,
            reading={"report": {**row, "status": "unchanged"}, "before": outcome.before, "open_before": outcome.open_before}, document=outcome.document, revision_id=outcome.revision_id, version=outcome.version,
            done_at=timezone.now(),
        )  # fmt: skip

    def _unchanged(self, name: str, sha256: str, item: ImportItem) -> Row:
        page = item.document
        assert page is not None
        row = {
            **item.reading["report"],
            "file": name,
            "sha256": sha256,
            "status": "unchanged",
            "url": report.url_of(page),
        }
        if later := later_draft(item):
            row["warnings"] = [*row["warnings"], in_words(later)]
        self.places.append(
            (row, DocumentRef(page.pk, code_key(row["code"]), row["code"], row["title"], name))
        )
        if self.texts is not None:
            self._write_text(
                name,
                text_of(item.version.content if item.version else to_content(page.specific.body)),
            )
        return row

    def _tell_duplicates(self) -> None:
        """Flags each file whose code others share, once all are in (or, in a dry run, would be)."""
        shelf = CodeIndex(self.agency)
        for row, mine in self.places:
            changed = {k.pk for k in self.planned}
            others = [
                k for k in shelf.holders(mine.code_key, exclude=mine.pk) if k.pk not in changed
            ]
            others += [
                k
                for k in self.planned
                if mine.code_key and k.code_key == mine.code_key and k.pk != mine.pk
            ]
            report.with_duplicate(row, duplicate_warning(row["code"], others))
            if not mine.code_key:
                alike = [k for k in shelf.without_code(mine.title) if k.pk not in changed]
                alike += [
                    k for k in self.planned if not k.code_key and same_title(k.title, mine.title)
                ]
                report.with_namesakes(row, [k for k in alike if k.pk != mine.pk])

    def _write_text(self, name: str, text: str) -> None:
        assert self.texts is not None
        target, number = self.texts / f"{name}.txt", 1
        while target in self.texts_written:
            number += 1
            target = self.texts / f"{name} ({number}).txt"
        self.texts_written.add(target)
        target.write_text(text + "\n", encoding="utf-8")


def stored_content(outcome: Outcome) -> Content:
    """The content as stored, freshly read from the database."""
    if outcome.version is not None:
        return Version.objects.values_list("content", flat=True).get(pk=outcome.version.pk)
    page = DocumentPage.objects.get(pk=outcome.document.pk)
    return to_content(page.body)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
