"""Issues what was approved: versions are made from the sealed bytes, after verifying the signatures
over exactly these."""

import datetime
import hashlib
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from procedures import lifecycle
from procedures.approval import sealing
from procedures.approval.sealing import SealedDraft
from procedures.lifecycle.codes import clashes_of_version
from procedures.models import Decision, SignerRole, Version
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.models import Approval, ApprovalItem, Meaning, Signature, User
from qms.proof import journal

FROM_VERSION = (
    "issue_number", "revision_number", "change_summary", "issued_on", "effective_on", "signers",
)  # fmt: skip
ROLE_OF = {Meaning.REVIEWED: SignerRole.REVIEWED, Meaning.APPROVED: SignerRole.APPROVED}


def on_done(approval: Approval) -> bool:
    """All have signed: issues at once, or waits for the clerk to enter the decision.

    Raises Refused, before the last signature is given, if no decision could issue it any more."""
    drafts = [draft for _item, draft in drafts_of(approval)]
    if any(one.terms.by_decision for one in drafts):
        lifecycle.hold_codes(approval.agency_id)
        check([one.version(today()) for one in drafts])
        return False
    last = queries.signatures_over(approval)[-1]
    issue_all(approval, issued_on=today(), by=last.person)
    return True


def drafts_of(approval: Approval) -> list[tuple[ApprovalItem, SealedDraft]]:
    """The drafts now in the approval, read from the store."""
    return [(item, sealing.read(queries.bytes_of(item))) for item in queries.items_of(approval)]


def last_signature_on(approval: Approval) -> datetime.date:
    """The date of the last valid signature."""
    return max((localdate(one.at) for one in queries.signatures_over(approval)), default=today())


@journal.acts()
def issue_all(
    approval: Approval,
    *,
    issued_on: datetime.date,
    by: User | None,
    decision: Decision | None = None,
) -> list[Version]:
    """Issues everything in the approval on the date: all or nothing.

    Raises Refused if a signature over these very bytes is missing, a code is in force elsewhere, or
    a date has passed."""
    lifecycle.hold_codes(approval.agency_id)
    if not queries.complete(approval):
        raise Refused(_("Chưa đủ chữ ký cho đúng nội dung này nên chưa ban hành được."))
    signed = queries.signatures_over(approval)
    made = []
    for item in queries.items_of(approval):
        draft = _signed_draft(item, signed)
        version = draft.version(issued_on)
        version.approval, version.decision = approval, decision
        version.signers = [*version.signers, *signers_of(signed)]
        made.append((draft, version))
    check([version for _draft, version in made], decided=decision is not None)
    ids = sorted(draft.document_id for draft, _version in made)
    held = {pk: lifecycle.hold_by_id(pk) for pk in ids}
    return [_add(held[draft.document_id], draft, version, by) for draft, version in made]


def _add(page: Any, draft: SealedDraft, version: Version, by: User | None) -> Version:
    """Writes the version, and copies into the draft what only the issue determined, so that the
    next draft starts with it."""
    for name in FROM_VERSION:
        setattr(page, name, getattr(version, name))
    page.being_issued = True
    page.save_revision(user=None)
    return lifecycle.add_version(page, version, by=by, amendment=draft.line)


def _signed_draft(item: ApprovalItem, signed: list[Signature]) -> SealedDraft:
    """The draft from the bytes that will be copied. Raises Refused if no approving signature covers
    their digest."""
    data = queries.bytes_of(item)
    digest = hashlib.sha256(data).hexdigest()
    approving = [one for one in signed if one.meaning == Meaning.APPROVED]
    if not approving or not all(digest in one.covers for one in signed):
        raise Refused(
            _("“%(title)s” không đúng với nội dung đã ký nên không ban hành được.")
            % {"title": item.title}
        )
    draft = sealing.read(data)
    if item.subject != lifecycle.subject(draft.document_id):
        raise Refused(
            _("“%(title)s” không đúng với nội dung đã ký nên không ban hành được.")
            % {"title": item.title}
        )
    return draft


def check(versions: list[Version], *, decided: bool = False) -> None:
    """Conditions on the date of issue. Raises Refused with the document's name, and what to do:
    return it, or, once all have signed (`decided`), void it."""
    advice = (
        _("Thư ký ISO hủy lần trình này, người soạn sửa rồi trình lại.")
        if decided
        else _("Hãy trả lại để người trình sửa rồi trình lại.")
    )
    keys: dict[str, Version] = {}
    for version in versions:
        problem = _problem(version, keys.get(version.code_key))
        if problem:
            name = f"{version.code} {version.title}".strip()
            raise Refused(f"{name}: {problem} {advice}")
        keys[version.code_key] = version


def _problem(version: Version, twin: Version | None) -> str:
    """Why the version can't be issued on its date; "" if it can. `twin`: another in the same list
    with its code."""
    if version.effective_on < version.issued_on:
        return _("ngày hiệu lực %(day)s trước ngày ban hành %(issued)s.") % {
            "day": f"{version.effective_on:%d/%m/%Y}",
            "issued": f"{version.issued_on:%d/%m/%Y}",
        }
    if twin is not None:
        return _("mã hiệu trùng với “%(other)s” trong cùng lần trình.") % {"other": twin.title}
    taken = clashes_of_version(version)
    if taken:
        return _("mã hiệu đang được dùng cho “%(title)s” đang có hiệu lực.") % {
            "title": taken[0].title
        }
    return ""


def signers_of(signed: list[Signature]) -> list[dict[str, Any]]:
    """Reviewers and approvers, in the form of a version's signers."""
    rows = []
    for one in signed:
        row = {
            "role": str(ROLE_OF[Meaning(one.meaning)].value),
            "name": one.name,
            "post": one.post,
        }
        if one.capacity:
            row["capacity"] = one.capacity
        if one.instead_name:
            row |= {
                "instead_of": one.instead_name,
                "instead_post": one.instead_post,
                "paper": one.paper,
            }
        rows.append(row)
    return rows
