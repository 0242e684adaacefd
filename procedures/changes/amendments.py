"""The amendment log: one line a version, written out of accepted requests and the summary, editable until the draft is sent."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from procedures import rules
from procedures.changes import redline, states
from procedures.content.markup import storable
from procedures.models import Amendment, AmendmentDraft, ChangeRequest, DocumentPage, Version
from qms.approvals import queries
from qms.errors import Refused
from qms.models import User
from qms.proof import journal

MOST_PLACES = 6
LONGEST_PLACE = 500
LONGEST = 2_000


@dataclass(frozen=True)
class Line:
    """A line of the log. `day` is the issue date, None while the version is not issued. `written`: somebody wrote it."""

    number: int | None
    day: datetime.date | None
    place: str
    summary: str
    written: bool = False


def line_for(draft: DocumentPage) -> Line:
    """The line that the draft's next version will have: as somebody wrote it, or out of accepted requests and the summary."""
    return _line(draft.pk, draft, _last(draft))


def _line(document: int, source: DocumentPage | Version, last: Version | None) -> Line:
    """The line of what follows `last`."""
    after = last.ordinal if last else 0
    day = source.issued_on if isinstance(source, Version) else None
    own = AmendmentDraft.objects.filter(document=document, after=after).first()
    if own is not None:
        return Line(source.revision_number, day, own.place, own.summary, written=True)
    accepted = list(
        ChangeRequest.objects.filter(
            document=document, state=ChangeRequest.State.ACCEPTED
        ).order_by("pk")
    )
    places = list(dict.fromkeys(row.place for row in accepted if row.place))
    if last is not None and not places:
        new = source if isinstance(source, Version) else source.specific
        places = _sections(redline.compare(states.state_of(last), states.state_of(new)))
    return Line(source.revision_number, day, _listed(places), _summary(source, last, accepted))


def missing(draft: DocumentPage) -> str:
    """Why the draft can't be sent: a second version needs a line that says what changed. "" where nothing is missing."""
    if _last(draft) is None or line_for(draft).summary:
        return ""
    return _(
        "Phiên bản này chưa có dòng theo dõi sửa đổi. Hãy ghi đã sửa gì ở “Theo dõi sửa đổi” của tài liệu."
    )


@transaction.atomic
def edit(draft: DocumentPage, *, place: str, summary: str, by: User | None) -> AmendmentDraft:
    """Writes the line of the next version. An empty summary and place lead back to what writes itself.

    Raises Refused for who may not edit the draft, and for texts that are too long."""
    draft = DocumentPage.objects.select_for_update().get(pk=draft.pk)
    if by is not None and not rules.may_edit_draft(by, draft):
        raise Refused(_("Bạn không được sửa bản thảo của tài liệu này."))
    if queries.open_for(f"document:{draft.pk}") is not None:
        raise Refused(
            _("Bản thảo đang được trình duyệt nên không sửa được. Người trình cần rút lại trước.")
        )
    place, summary = " ".join(storable(place).split()), storable(summary).strip()
    if len(place) > LONGEST_PLACE or len(summary) > LONGEST:
        raise Refused(
            _("Chỗ sửa tối đa %(place)d ký tự, nội dung sửa đổi tối đa %(summary)d ký tự.")
            % {"place": LONGEST_PLACE, "summary": LONGEST}
        )
    last = _last(draft)
    row = AmendmentDraft.objects.filter(document=draft).first() or AmendmentDraft(document=draft)
    said = {"after": last.ordinal if last else 0, "place": place, "summary": summary}
    nothing_said = not row.pk and not place and not summary
    if nothing_said or said == {name: getattr(row, name) for name in said}:
        return row
    for name, value in said.items():
        setattr(row, name, value)
    if place or summary:
        row.save()
    elif row.pk:
        row.delete()
    journal.append("amendment_edited", f"document:{draft.pk}", agency=draft.agency, by=by)
    return row


def write(version: Version, line: Line | None = None) -> Amendment:
    """The version's line, once and for all. Called by the step that issues it, in its transaction.

    `line`: as it was sealed; without one, as the draft has it now."""
    if line is None:
        before = Version.objects.filter(document=version.document_id, ordinal__lt=version.ordinal)
        line = _line(version.document_id, version, before.order_by("-ordinal").first())
    return Amendment.objects.create(
        version=version,
        number=version.revision_number,
        day=version.issued_on,
        place=line.place,
        summary=line.summary,
    )


def log(versions: list[Version]) -> dict[int, Line]:
    """{version id: its line} of these versions; one made before there was a log has its summary alone. One query."""
    rows = {row.version_id: row for row in Amendment.objects.filter(version__in=[v.pk for v in versions])}  # fmt: skip
    return {
        version.pk: Line(
            version.revision_number,
            version.issued_on,
            rows[version.pk].place if version.pk in rows else "",
            rows[version.pk].summary if version.pk in rows else version.change_summary,
        )
        for version in versions
    }


def _last(draft: DocumentPage) -> Version | None:
    return Version.objects.filter(document=draft.pk).order_by("-ordinal").first()


def _summary(
    source: DocumentPage | Version, last: Version | None, accepted: list[ChangeRequest]
) -> str:
    """The summary where somebody wrote one for this version, else what the accepted requests asked for."""
    own = source.change_summary.strip()
    if own and (last is None or own != last.change_summary.strip()):
        return own[:LONGEST]
    return "; ".join(dict.fromkeys(row.what for row in accepted))[:LONGEST]


def _sections(found: redline.Redline) -> list[str]:
    return [s.name for s in found.sections if s.changed and s.place == "body"]


def _listed(places: list[str]) -> str:
    shown = "; ".join(places[:MOST_PLACES])
    return (shown + ("; …" if len(places) > MOST_PLACES else ""))[:LONGEST_PLACE]
