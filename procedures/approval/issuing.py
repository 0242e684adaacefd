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
    """All have signed: issues at once, or waits for the clerk to enter the decision."""
    if any(one.terms.by_decision for _item, one in drafts_of(approval)):
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
    check([version for _draft, version in made])
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


def check(versions: list[Version]) -> None:
    """Conditions on the date of issue. Raises Refused with the document's name."""
    keys: dict[str, Version] = {}
    for version in versions:
        name = {"name": f"{version.code} {version.title}".strip()}
        if version.effective_on < version.issued_on:
            raise Refused(
                _("%(name)s: ngày hiệu lực %(day)s trước ngày ban hành %(issued)s. Hãy trả lại để người trình chọn ngày khác.")
                % {**name, "day": f"{version.effective_on:%d/%m/%Y}", "issued": f"{version.issued_on:%d/%m/%Y}"}
            )  # fmt: skip
        if version.code_key in keys:
            raise Refused(
                _("%(name)s: mã hiệu trùng với “%(other)s” trong cùng lần trình.")
                % {**name, "other": keys[version.code_key].title}
            )
        keys[version.code_key] = version
        taken = clashes_of_version(version)
        if taken:
            raise Refused(
                _("%(name)s: mã hiệu đang được dùng cho “%(title)s” đang có hiệu lực. Hãy trả lại để đổi mã hiệu, hoặc thu hồi tài liệu kia trước.")
                % {**name, "title": taken[0].title}
            )  # fmt: skip


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
