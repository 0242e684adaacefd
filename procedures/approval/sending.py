"""Sending drafts for approval: the preparation, the proposed terms, and the step."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import lifecycle, rules
from procedures.approval import readiness, sealing
from procedures.approval.readiness import Point
from procedures.approval.sealing import Terms
from procedures.changes import amendments, numbering
from procedures.models import DocumentPage, Version
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.approvals.subjects import Sealed
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, User
from qms.proof import journal

KIND = "document"
MOST_DOCUMENTS = 100  # documents in one approval


@dataclass(frozen=True)
class Prepared:
    """A draft as it would be sent: the version it would make, and what prevents it."""

    page: DocumentPage
    terms: Terms
    version: Version
    points: list[Point]


def prepare(page: DocumentPage, terms: Terms, *, by: User) -> Prepared:
    """What sending the draft on these terms would seal, and every point that prevents it."""
    version = sealing.compose(page, terms)
    return Prepared(page, terms, version, readiness.points(page, version, terms, by=by))


def proposed(page: DocumentPage) -> Terms:
    """What the form begins with: the draft's own numbers, or the next ones where nobody has counted
    on, and its own summary; after a round that came back, what was sealed then, but for what was
    saved differently in the draft since."""
    own = Terms(
        *numbering.proposed(page),
        amendments.summary_for(page),
        by_decision=_usual_way(page.agency_id),
    )
    subject = lifecycle.subject(page.pk)
    last = queries.came_back(subject) or queries.taken_out_of(subject)
    if last is None:
        return own
    said = sealing.terms_of(last.items.get(subject=subject))
    if said is None:
        return own
    changed = _saved_since(page, last)
    if changed & {"issue_number", "revision_number"}:
        said = replace(said, issue_number=own.issue_number, revision_number=own.revision_number)
    if "change_summary" in changed or not amendments.said_newly(page, said.change_summary):
        said = replace(said, change_summary=own.change_summary)
    return said


def _saved_since(page: DocumentPage, last: Approval) -> set[str]:
    """Of what the form of sending also asks: the fields that the draft has otherwise now than when
    it was sent."""
    revisions = page.revisions.filter(created_at__lte=last.sent_at)
    then = revisions.order_by("-created_at", "-pk").values_list("content", flat=True).first() or {}
    numbers = ("issue_number", "revision_number")
    changed = {name for name in numbers if then.get(name) != getattr(page, name)}
    before, now = then.get("change_summary", ""), page.change_summary
    if amendments.said_newly(page, before) != amendments.said_newly(page, now):
        changed.add("change_summary")
    return changed


def _usual_way(agency: int) -> bool:
    """Whether the agency's last documents were issued by decision."""
    last = Approval.objects.filter(agency=agency, kind=KIND).order_by("-sent_at", "-pk").first()
    if last is None:
        return False
    item = last.items.first()
    terms = sealing.terms_of(item) if item is not None else None
    return terms is not None and terms.by_decision


def fingerprint(page: DocumentPage, terms: Terms) -> str:
    """Identifies the current draft together with the terms; changes if either does."""
    facts = [page.pk, page.latest_revision_id, str(page.latest_revision_created_at), page.flags]
    return hashlib.sha256(
        json.dumps([*facts, repr(terms)], ensure_ascii=False).encode()
    ).hexdigest()[:32]


@journal.acts()
def send(
    drafts: list[tuple[DocumentPage, Terms]],
    *,
    by: User,
    note: str = "",
    title: str = "",
    shown: dict[int, str] | None = None,
) -> Approval:
    """Seals the newest drafts and sends them together. `shown`: by ID, the fingerprints that the
    user saw.

    Raises Refused for the wrong role, a draft already sent or not as shown, and the first point
    that prevents sending."""
    if not drafts:
        raise Refused(_("Chưa chọn tài liệu nào để trình."))
    if len(drafts) > MOST_DOCUMENTS:
        raise Refused(
            _("Mỗi lần trình nhiều nhất %(most)d tài liệu. Hãy chia thành nhiều lần.")
            % {"most": MOST_DOCUMENTS}
        )
    agency = drafts[0][0].agency
    lifecycle.hold_codes(agency.pk)
    terms_of = {page.pk: terms for page, terms in drafts}
    prepared = []
    for pk in sorted(terms_of):
        page = lifecycle.hold_by_id(pk)
        _check_may(page, agency, by)
        if shown is not None and shown.get(pk) != fingerprint(page, terms_of[pk]):
            raise Refused(
                _("Thông tin vừa thay đổi so với lúc trang này hiện ra. Hãy xem lại rồi bấm lần nữa.")
            )  # fmt: skip
        prepared.append(prepare(page, terms_of[pk], by=by))
    _check_points(prepared)
    order = {page.pk: at for at, (page, _terms) in enumerate(drafts)}
    prepared.sort(key=lambda one: order[one.page.pk])
    return approvals.send(
        KIND,
        [_seal(one) for one in prepared],
        agency=agency,
        title=title or _title(prepared),
        by=by,
        note=note,
        before=_round_before(prepared),
    )


def _check_may(page: DocumentPage, agency: Agency, by: User) -> None:
    if page.agency_id != agency.pk:
        raise Refused(_("Các tài liệu trình cùng nhau phải của cùng một cơ quan."))
    if not rules.may_send(by, page):
        raise Refused(
            _("Chỉ thư ký ISO hoặc người soạn thảo của %(agency)s được trình tài liệu này.")
            % {"agency": page.agency}
        )
    lifecycle.need_open(page)


def _check_points(prepared: list[Prepared]) -> None:
    for one in prepared:
        if one.points:
            name = f"{one.version.code} {one.version.title}".strip()
            sentence = one.points[0].sentence
            raise Refused(f"{name}: {sentence}" if len(prepared) > 1 else sentence)
    keys = Counter(one.version.code_key for one in prepared)
    for one in prepared:
        if keys[one.version.code_key] > 1:
            raise Refused(
                _("Mã hiệu %(code)s có ở hai tài liệu trong cùng lần trình. Hãy đổi mã hiệu của một tài liệu.")
                % {"code": one.version.code}
            )  # fmt: skip
    if len({one.terms.by_decision for one in prepared}) > 1:
        raise Refused(_("Các tài liệu trình cùng nhau phải được ban hành theo cùng một cách."))


def _seal(one: Prepared) -> Sealed:
    page = one.page
    return Sealed(
        subject=lifecycle.subject(page.pk),
        title=f"{one.version.code} {one.version.title}".strip()[:500],
        data=sealing.seal(page, one.version, one.terms),
        excluded=frozenset(page.drafters),
        unit_id=page.unit_id,
        owner_post=page.owner_post,
    )


def _title(prepared: list[Prepared]) -> str:
    first = prepared[0].version
    name = f"{first.code} {first.title}".strip()
    more = len(prepared) - 1
    if not more:
        return name
    with of_records():
        said = ngettext(
            "%(name)s và %(count)d tài liệu khác", "%(name)s và %(count)d tài liệu khác", more
        )
    return said % {"name": name, "count": more}


def _round_before(prepared: list[Prepared]) -> Approval | None:
    """The preceding round: if all were last sent together in one that was returned."""
    found: dict[int, Any] = {}
    for one in prepared:
        last = queries.came_back(lifecycle.subject(one.page.pk))
        if last is None:
            return None
        found[last.pk] = last
    return next(iter(found.values())) if len(found) == 1 else None
