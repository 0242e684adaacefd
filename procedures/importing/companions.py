"""Files that accompany documents: a PDF or XLSX whose name or text contains a code is offered as
that document's signed scan or as a form's file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import lifecycle
from procedures.importing.rights import held
from procedures.models import (
    DocumentPage,
    FormPage,
    ImportBatch,
    ImportItem,
    Kind,
    ProcedurePage,
    Version,
)
from qms import locks
from qms.errors import Refused
from qms.models import StoredFile, User
from qms.proof import journal
from qms.text.codes import code_key
from qms.text.marks import plain

SIGNED, FORM = "signed", "form"
SHORTEST = 3  # letters and digits that a code needs to be searched for
_PARTS = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True)
class Offer:
    """What a companion may be: the signed scan of a document, or the file of a form."""

    use: str  # SIGNED or FORM
    code: str
    title: str
    # The document (for FORM: the form's own page), None for a form that is only named in a
    # procedure
    document: int | None
    procedure: int | None = None  # for a form without a page: the procedure that names it
    found_in: str = "name"  # or "text"

    @property
    def value(self) -> str:
        """What the review form sends back."""
        return f"{self.use}:{self.document or ''}:{self.procedure or ''}:{code_key(self.code)}"


@dataclass(frozen=True)
class CodeHolder:
    """Something that has a code: a document of the agency, or a form that a procedure names."""

    code: str
    title: str
    document: int | None
    kind: str
    procedure: int | None = None


def bearers(batch: ImportBatch) -> list[CodeHolder]:
    """The agency's documents with a code, then forms that imported procedures name but that have no
    page, newest import first."""
    pages = (
        DocumentPage.objects.filter(agency=batch.agency)
        .exclude(code="")
        .values_list("code", "title", "pk", "kind")
    )
    found = [CodeHolder(code, title, pk, kind) for code, title, pk, kind in pages]
    have = {code_key(bearer.code) for bearer in found}
    named = ImportItem.objects.filter(
        batch__agency=batch.agency,
        state=ImportItem.State.ACCEPTED,
        role=ImportItem.Role.DOCUMENT,
        document__kind=Kind.PROCEDURE,
    )
    for reading, procedure in named.order_by("-pk").values_list("reading", "document_id"):
        for form in reading.get("report", {}).get("forms", []):
            key = code_key(form.get("code") or "")
            if key and key not in have:
                have.add(key)
                found.append(
                    CodeHolder(
                        form["code"], form.get("name") or form["code"], None, Kind.FORM, procedure
                    )
                )
    return found


def offers(item: ImportItem, among: Iterable[CodeHolder], text: str | None = None) -> list[Offer]:
    """What the file may be, likeliest first: codes in its name, then codes in its text."""
    among = [bearer for bearer in among if len(code_key(bearer.code)) >= SHORTEST]
    found: list[Offer] = []
    for place, where in (
        ("name", item.name.rpartition(".")[0] or item.name),
        ("text", item.heavy.get("text", "") if text is None else text),
    ):
        for bearer in carried(where, among):
            offer = _offer(bearer, place)
            if all(offer.value != other.value for other in found):
                found.append(offer)
        if found:
            break  # a code in the name outweighs codes cited in the text
    return found


def _offer(bearer: CodeHolder, place: str) -> Offer:
    use = FORM if bearer.kind == Kind.FORM else SIGNED
    return Offer(use, bearer.code, bearer.title, bearer.document, bearer.procedure, place)


def carried(text: str, among: Iterable[CodeHolder]) -> list[CodeHolder]:
    """Those whose whole code occurs in the text, longest codes first: QT-01 does not match
    BM-QT-01-02 or QT-011."""
    folded, found = plain(text), []
    for bearer in sorted(among, key=lambda b: -len(code_key(b.code))):
        pattern = _pattern(bearer.code)
        if pattern is None:
            continue
        rest = pattern.sub(" ", folded)
        if rest != folded:
            folded = rest
            found.append(bearer)
            found += [
                other
                for other in among
                if other is not bearer and code_key(other.code) == code_key(bearer.code)
            ]
    return list(dict.fromkeys(found))


def _pattern(code: str) -> re.Pattern[str] | None:
    """Matches the code with any separators, but not inside a longer code."""
    parts = _PARTS.findall(plain(code))
    if not parts or not any(part.isdigit() for part in parts):
        return None
    body = parts[0]
    for before, part in zip(parts, parts[1:], strict=False):
        body += (r"[\W_]{1,3}" if before.isdigit() and part.isdigit() else r"[\W_]{0,3}") + part
    return re.compile(
        rf"(?<![a-z0-9])(?<![a-z]{{2}}[-./_])(?<![a-z]{{3}}[-./_]){body}(?![a-z0-9])(?![-./_]\d{{1,3}}(?!\d))"
    )


# -- the officer's step


@journal.acts()
def attach(item: ImportItem, offer: Offer, *, by: User) -> ImportItem:
    """Adds the file to the newest version of the document as its signed scan, or makes it the
    form's file (a new draft).

    Raises Refused where it was dealt with, where the document is another agency's, or where there
    is no version to be signed."""
    locks.hold(locks.Lock.IMPORTS, item.batch.agency_id)
    item = held(item, by)
    agency = item.batch.agency
    if (
        item.state != ImportItem.State.READ
        or item.role != ImportItem.Role.COMPANION
        or item.file is None
    ):
        raise Refused(_("Tệp “%(name)s” đã được xử lý.") % {"name": item.name})
    chosen = None
    if offer.document is not None:
        chosen = DocumentPage.objects.filter(agency=agency, pk=offer.document).first()
        if chosen is None:
            raise Refused(_("Không tìm thấy tài liệu đã chọn trong cơ quan này."))
    if offer.use == SIGNED and chosen is not None:
        page = chosen
        item.version = _add_scan(item.file, item.name, page, by)
    else:
        item.reading = {"before": chosen.latest_revision_id if chosen else None}
        page = _set_form_file(item, chosen.specific if chosen else None, offer, by)
        item.revision_id = page.latest_revision_id
    item.document, item.state, item.done_at, item.heavy = (
        page,
        ImportItem.State.ACCEPTED,
        timezone.now(),
        {},
    )
    item.reading = {**item.reading, "use": offer.use}
    item.save()
    journal.append(
        "imported",
        f"document:{page.pk}",
        agency=agency,
        by=by,
        file=item.name,
        sha256=item.sha256,
        use=offer.use,
        code=offer.code,
    )
    return item


def _add_scan(file: StoredFile, name: str, page: DocumentPage, by: User) -> Version:
    version = (
        Version.objects.filter(document=page.pk)
        .standing()
        .order_by("-effective_on", "-ordinal")
        .first()
    )
    if version is None:
        raise Refused(
            _(
                "Tài liệu %(code)s chưa có phiên bản nào. Hãy ban hành trước, rồi kèm bản quét có chữ ký."
            )
            % {"code": page.code or page.title}
        )
    lifecycle.add_file(version, file, name=name, role="signed", by=by)
    return version


def _set_form_file(item: ImportItem, page: Any, offer: Offer, by: User) -> DocumentPage:
    if page is not None:
        if not isinstance(page, FormPage):
            raise Refused(_("Tài liệu %(code)s không phải là biểu mẫu.") % {"code": page.code})
        return lifecycle.revise_draft(page, by=by, file=item.file, file_name=item.name)
    procedure = ProcedurePage.objects.filter(agency=item.batch.agency, pk=offer.procedure).first()
    if procedure is None:
        raise Refused(_("Không tìm thấy quy trình có biểu mẫu này trong cơ quan."))
    return lifecycle.create_draft(
        item.batch.agency, kind=Kind.FORM, title=offer.title, code=offer.code, content={"sections": []}, by=by,
        file=item.file, file_name=item.name, procedure=procedure, unit=procedure.unit, visibility=procedure.visibility,
    )  # fmt: skip
