"""The amendment log: one line per version, derived from accepted requests and the summary, editable
until the draft is sent."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from procedures import rules
from procedures.changes import in_words, redline, states
from procedures.content.markup import storable
from procedures.content.text import unless_repeated
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
    """A line of the log. `day` is the issue date, None before the version is issued. `written`:
    entered by hand."""

    number: int | None
    day: datetime.date | None
    place: str
    summary: str
    written: bool = False


def line_for(draft: DocumentPage) -> Line:
    """The line of the draft's next version: as entered by hand, else derived from accepted requests
    and the summary."""
    return _line(draft.pk, draft, _last(draft))


def _line(document: int, source: DocumentPage | Version, last: Version | None) -> Line:
    """The line for the version after `last`."""
    day = source.issued_on if isinstance(source, Version) else None
    own = _by_hand(document, last)
    if own is not None:
        return Line(source.revision_number, day, own.place, own.summary, written=True)
    accepted = _accepted(document)
    asked = list(dict.fromkeys(row.place for row in accepted if row.place))
    if last is not None:
        new = source if isinstance(source, Version) else source.specific
        asked = _places(redline.compare(states.state_of(last), states.state_of(new)), asked)
    return Line(source.revision_number, day, _listed(asked), _summary(source, last, accepted))


def said_newly(draft: DocumentPage, summary: str) -> str:
    """The summary, or "" if it is only that of the version before, with which a draft begins."""
    return _said_newly(summary, _last(draft))


def summary_for(draft: DocumentPage) -> str:
    """The draft's own summary, else that of the line which its next version will have."""
    last = _last(draft)
    if own := _said_newly(draft.change_summary, last):
        return own
    by_hand = _by_hand(draft.pk, last)
    return by_hand.summary if by_hand else _summary(draft, last, _accepted(draft.pk))


def _said_newly(summary: str, last: Version | None) -> str:
    return unless_repeated(summary, last.change_summary if last else None)


def missing(draft: DocumentPage) -> str:
    """Why the draft can't be sent: from the second version on, a line must say what changed. "" if
    nothing is missing."""
    if _last(draft) is None or line_for(draft).summary:
        return ""
    return _(
        "Phiên bản này chưa có dòng theo dõi sửa đổi. Hãy ghi đã sửa gì ở “Theo dõi sửa đổi” của tài liệu."
    )


@transaction.atomic
def edit(draft: DocumentPage, *, place: str, summary: str, by: User | None) -> AmendmentDraft:
    """Stores the line of the next version. An empty summary and place restore the derived line.

    Raises Refused for users who may not edit the draft and for texts that are too long."""
    draft = DocumentPage.objects.select_for_update(no_key=True).get(pk=draft.pk)
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
    if by is not None:  # the line is sealed and signed with the draft
        drafters = sorted({*draft.drafters, by.pk})
        DocumentPage.objects.filter(pk=draft.pk).update(drafters=drafters)
    journal.append("amendment_edited", f"document:{draft.pk}", agency=draft.agency, by=by)
    return row


def write(version: Version, line: Line | None = None) -> Amendment:
    """Stores the version's line permanently. Called by the issuing step, in its transaction.

    `line`: the line as sealed; without it, the draft's current line."""
    if line is None:
        issued = Version.objects.filter(document=version.document_id).standing()
        before = issued.filter(ordinal__lt=version.ordinal)
        line = _line(version.document_id, version, before.order_by("-ordinal").first())
    return Amendment.objects.create(
        version=version,
        number=version.revision_number,
        day=version.issued_on,
        place=line.place,
        summary=line.summary,
    )


def log(versions: list[Version]) -> dict[int, Line]:
    """{version ID: line} of these versions; versions older than the log have only their summary.
    One query."""
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
    """The version that the next one amends; one struck out was never valid."""
    return Version.objects.filter(document=draft.pk).standing().order_by("-ordinal").first()


def _by_hand(document: int, last: Version | None) -> AmendmentDraft | None:
    after = last.ordinal if last else 0
    return AmendmentDraft.objects.filter(document=document, after=after).first()


def _accepted(document: int) -> list[ChangeRequest]:
    rows = ChangeRequest.objects.filter(document=document, state=ChangeRequest.State.ACCEPTED)
    return list(rows.order_by("pk"))


def _summary(
    source: DocumentPage | Version, last: Version | None, accepted: list[ChangeRequest]
) -> str:
    """The summary entered for this version, else the text of the accepted requests."""
    if own := _said_newly(source.change_summary, last):
        return own[:LONGEST]
    return "; ".join(dict.fromkeys(row.what for row in accepted))[:LONGEST]


def _places(found: redline.Redline, asked: list[str]) -> list[str]:
    """What changed, by section and step, in the language of documents; before it the places that
    accepted requests name, unless one of these says the same."""
    with translation.override(settings.LANGUAGE_CODE):
        changed = in_words.places(found)
    told = tuple(f"{step}:" for steps in changed.values() for step in steps)
    told += tuple(name.lower() for name, steps in changed.items() if steps)
    kept = [one for one in asked if not one.lower().startswith(told)]
    named = [
        f"{name} ({', '.join(steps)})" if steps else name
        for name, steps in changed.items()
        if steps or not any(one.startswith(name) for one in kept)
    ]
    return [*kept, *named]


def _listed(places: list[str]) -> str:
    shown = "; ".join(places[:MOST_PLACES])
    return (shown + ("; …" if len(places) > MOST_PLACES else ""))[:LONGEST_PLACE]
