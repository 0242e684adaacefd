"""The index entries of controlled documents and agencies (`search.registry`). Called once, when the
app is ready."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse

from procedures import files, readers, standing
from procedures.content import block_text, stream
from procedures.content.outline import parts
from procedures.derived import file_texts
from procedures.models import DocumentPage, Version, VersionAct, searchable_files
from procedures.standing import Span
from qms.models import Agency, Unit
from search import registry
from search.entries import Entry, Passage

MOST_TEXT = 120_000  # characters of all files of one entry: snippets are cut while the user waits
MOST_FILES = 50


def register() -> None:
    """Registers this app's sources with the search."""
    registry.register(
        "document",
        load=documents,
        ids=lambda: (
            Version.objects.values_list("document_id", flat=True).order_by("document_id").distinct()
        ),
    )
    registry.register(
        "draft",
        load=drafts,
        ids=lambda: (
            DocumentPage.objects.filter(DocumentPage.OPEN_DRAFT)
            .values_list("pk", flat=True)
            .order_by("pk")
        ),
    )
    registry.register(
        "agency",
        load=agencies,
        ids=lambda: Agency.objects.values_list("pk", flat=True).order_by("pk"),
    )
    registry.register(
        "unit", load=units, ids=lambda: Unit.objects.values_list("pk", flat=True).order_by("pk")
    )


def documents(ids: Iterable[int]) -> Iterator[Entry]:
    """One entry for each period in which a version is in force; struck-out versions have none.

    A version that is never in force has one empty period, so that it is still found among earlier
    versions."""
    acts: dict[int, list[VersionAct]] = defaultdict(list)
    for act in VersionAct.objects.filter(version__document__in=ids).order_by("on_day", "pk"):
        acts[act.version_id].append(act)
    versions = list(
        Version.objects.filter(document__in=ids).order_by("document_id", "effective_on", "ordinal")
    )
    states = standing.of_documents(versions, itertools.chain.from_iterable(acts.values()))
    shown = [version for version in versions if not states[version.pk].struck_out]
    hanging = {
        version.pk: searchable_files.of_version(version, acts[version.pk]) for version in shown
    }
    texts = file_texts.texts_of(file for found in hanging.values() for file in found)
    for version in shown:
        empty = (version.effective_on, version.effective_on - standing.DAY)
        for number, span in enumerate(states[version.pk].spans() or [empty]):
            yield version_entry(
                version,
                span,
                number,
                readers.VERSION.tokens_of(version.shown(acts[version.pk])),
                of_files(hanging[version.pk], texts),
            )


def version_entry(
    version: Version,
    span: Span,
    number: int,
    admitted: tuple[str, ...],
    in_files: tuple[Passage, ...],
) -> Entry:
    return Entry(
        key=f"version:{version.pk}" + (f"#{number + 1}" if number else ""),
        origin=f"document:{version.document_id}",
        group="document",
        kind=version.kind,
        title=version.title,
        code=version.code,
        codes=national_codes(version.national_code, version.local_tail),
        url=reverse("version", args=[version.pk])
        if span[1] is not None
        else reverse("document", args=[version.document_id]),
        readers=admitted,
        agency=version.agency_id,
        agency_name=version.agency_name,
        unit=version.unit_id,
        unit_name=version.unit_name,
        passages=passages(version.content) + in_files,
        first_day=span[0],
        last_day=span[1],
        facets=facets(version.field, version.clauses, version.legal_basis, version.issued_on),
        sort_date=version.effective_on,
        source=next((f["name"] for f in version.files if f["role"] == "original"), ""),
    )


def drafts(ids: Iterable[int]) -> Iterator[Entry]:
    """One entry for each document with a draft newer than the last issue."""
    pages = (
        DocumentPage.objects.filter(DocumentPage.OPEN_DRAFT, pk__in=ids)
        .select_related("agency", "unit")
        .prefetch_related("clauses")
    )
    open_ones = list(pages.specific())
    hanging = {page.pk: searchable_files.of_draft(page) for page in open_ones}
    texts = file_texts.texts_of(file for found in hanging.values() for file in found)
    for page in open_ones:
        yield draft_entry(page, of_files(hanging[page.pk], texts))


def draft_entry(page: DocumentPage, in_files: tuple[Passage, ...] = ()) -> Entry:
    return Entry(
        key=f"draft:{page.pk}",
        group="draft",
        kind=page.kind,
        title=page.title,
        code=page.code,
        codes=national_codes(getattr(page, "national_code", ""), getattr(page, "local_tail", "")),
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        readers=readers.DRAFT.tokens_of(page),
        agency=page.agency_id,
        agency_name=page.agency.name,
        unit=page.unit_id,
        unit_name=page.unit.name if page.unit else "",
        passages=passages(stream.to_content(page.body)) + in_files,
        state="draft",
        facets=facets(
            getattr(page, "field", ""),
            [c.number for c in page.clauses.all()],
            page.legal_basis,
            page.issued_on,
        ),
        sort_date=page.issued_on,
        source=page.source_name,
    )


def national_codes(code: str, tail: str) -> tuple[str, ...]:
    """The national codes of the linked administrative procedure: with its local tail,
    and without."""
    return tuple(dict.fromkeys((code, f"{code}.{tail}" if tail else code))) if code else ()


def passages(content: stream.Content) -> tuple[Passage, ...]:
    """The parts of a document that have an anchor, each with its text."""
    return tuple(
        Passage(part.anchor, part.label, "\n".join(filter(None, map(block_text, part.blocks))))
        for part in parts(content)
    )


def of_files(hanging: searchable_files.Files, texts: Mapping[str, str]) -> tuple[Passage, ...]:
    """Each file as a part of its document: by its name immediately, by its text once it has been
    read."""
    found, room = [], MOST_TEXT
    for file in hanging[:MOST_FILES]:
        text = texts.get(file["sha256"], "")[:room]
        room -= len(text)
        found.append(
            Passage(files.anchor_of(file), f"Tệp: {files.file_name(file)}", text, attached=True)
        )
    return tuple(found)


def facets(
    field: str, clauses: Iterable[str], legal_basis: Iterable[str], issued_on: datetime.date | None
) -> dict[str, tuple[str, ...]]:
    found = {
        "field": (field,) if field else (),
        "clause": tuple(clauses),
        "legal": tuple(legal_basis),
        "year": (str(issued_on.year),) if issued_on else (),
    }
    return {name: values for name, values in found.items() if values}


def agencies(ids: Iterable[int]) -> Iterator[Entry]:
    for agency in Agency.objects.filter(pk__in=ids):
        yield Entry(
            key=f"agency:{agency.pk}", group="agency", kind="agency", title=agency.name, code=agency.code, url=reverse("agency", args=[agency.pk]),
            readers=("public",), agency=agency.pk, agency_name=agency.name, passages=(Passage("", "", agency.short_name),),
            first_day=agency.active_from, last_day=agency.active_to,
        )  # fmt: skip


def units(ids: Iterable[int]) -> Iterator[Entry]:
    for unit in Unit.objects.filter(pk__in=ids).select_related("agency"):
        agency = unit.agency
        where = " ".join(dict.fromkeys(filter(None, [agency.name, agency.short_name])))
        yield Entry(
            key=f"unit:{unit.pk}", group="unit", kind="unit", title=unit.name, code=unit.code, url=reverse("agency", args=[unit.agency_id]) + f"?unit={unit.pk}",
            readers=("issued", f"agency:{unit.agency_id}"), agency=unit.agency_id, agency_name=agency.name, unit=unit.pk, unit_name=unit.name,
            first_day=unit.active_from, last_day=unit.active_to,
            # Of many units with one name the question says whose it means
            passages=(Passage("", "", where, attached=True),), context=where,
        )  # fmt: skip
