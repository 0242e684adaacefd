"""Withdrawing, reinstating and striking out as requests: sealed, sent through the chain, performed
with the last signature."""

import datetime
import hashlib
import json
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures import lifecycle, rules
from procedures.approval import sealing
from procedures.models import DocumentPage, Version
from qms import access
from qms.access import Person
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.subjects import Sealed
from qms.clock import today
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, ApprovalItem, Meaning, User
from qms.proof import journal
from qms.roles import Role

KIND = "withdrawal"
FORMAT = 1


class Act(models.TextChoices):
    WITHDRAW = "withdraw", gettext_lazy("Thu hồi")
    REINSTATE = "reinstate", gettext_lazy("Khôi phục hiệu lực")
    STRIKE_OUT = "strike_out", gettext_lazy("Hủy bỏ do ghi nhầm")


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Thu hồi, khôi phục, hủy bỏ"),
            rules=lambda: [(KIND, gettext_lazy("Thu hồi, khôi phục, hủy bỏ phiên bản"))],
            rule_of=lambda subject: KIND,
            may_send=may_request,
            show=show,
            url=url,
            on_done=on_done,
        )
    )


def may_request(user: Person, agency: Agency) -> bool:
    return access.has_role(user, agency, Role.OFFICER)


def subject(version: int) -> str:
    return f"{KIND}:{version}"


def url(name: str) -> str:
    """The document's page in the admin."""
    version = Version.objects.only("document_id").get(pk=int(name.partition(":")[2]))
    return reverse("procedures_admin:document", args=[version.document_id])


@journal.acts()
def request(
    version: Version, act: str, *, reason: str, by: User, on_day: datetime.date | None = None
) -> Approval:
    """Sends a request to withdraw, reinstate or strike out a version from a date (default today).

    Raises Refused for the wrong role, a past date, a missing reason, an act that is not possible
    now, and while another request about the version is pending."""
    if not rules.may_withdraw(by, version):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được làm việc này.") % {"agency": version.agency_name}
        )
    on_day, reason = on_day or today(), reason.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Hãy ghi lý do."))
    if on_day < today():
        raise Refused(_("Ngày này đã qua. Hãy chọn hôm nay hoặc một ngày sau."))
    if queries.open_for(subject(version.pk)) is not None:
        raise Refused(_("Phiên bản này đang có một yêu cầu chờ ký. Hãy rút lại yêu cầu đó trước."))
    lifecycle.check_act(version, act, on_day)
    name = f"{version.code} {version.title}".strip()
    facts = {
        "format": FORMAT,
        "what": KIND,
        "act": act,
        "version": version.pk,
        "digest": version.digest,
        "title": name,
        "ordinal": version.ordinal,
        "reason": reason,
        "on_day": on_day.isoformat(),
    }
    with of_records():
        title = f"{Act(act).label}: {name}"[:500]
    sealed = Sealed(
        subject=subject(version.pk),
        title=title,
        data=canonical(facts),
        unit_id=version.unit_id,
        owner_post=version.owner_post,
    )
    return approvals.send(KIND, [sealed], agency=version.agency, title=sealed.title, by=by)


def on_done(approval: Approval) -> bool:
    """Performs what was signed from its date, or from today if that has passed."""
    approvals.need_signatures(approval)
    signed = queries.signatures_over(approval)
    for item in queries.items_of(approval):
        data = queries.bytes_of(item)
        digest = hashlib.sha256(data).hexdigest()
        approving = [one for one in signed if one.meaning == Meaning.APPROVED]
        facts: dict[str, Any] = json.loads(data)
        version = Version.objects.get(pk=facts["version"])
        whole = all(digest in one.covers for one in signed) and version.digest == facts["digest"]
        if not approving or not whole or item.subject != subject(version.pk):
            raise Refused(
                _("“%(title)s” không đúng với nội dung đã ký nên không thực hiện được.")
                % {"title": item.title}
            )
        day = max(datetime.date.fromisoformat(facts["on_day"]), today())
        lifecycle.carry_out(version, facts["act"], facts["reason"], day, approval)
        if facts["act"] == Act.STRIKE_OUT:
            _give_back_drafters(version)
    return True


def _give_back_drafters(version: Version) -> None:
    """Whoever drafted a version that was struck out still drafted what the next one is made of, and
    may not sign it. Called with the document locked."""
    versions = Version.objects.filter(document=version.document_id).standing()
    if versions.filter(ordinal__gt=version.ordinal).exists():
        return
    before = versions.order_by("-ordinal").values_list("made_at", flat=True).first()
    page = DocumentPage.objects.get(pk=version.document_id)
    saved = page.revisions.exclude(user=None).filter(created_at__lte=version.made_at)
    if before is not None:
        saved = saved.filter(created_at__gt=before)
    drafters = {*page.drafters, *saved.values_list("user", flat=True), *_sealed_drafters(version)}
    DocumentPage.objects.filter(pk=page.pk).update(drafters=sorted(drafters))


def _sealed_drafters(version: Version) -> list[int]:
    """The drafters sealed with the version; those of one recorded from paper are known from the
    revisions alone."""
    item = ApprovalItem.objects.filter(
        approval=version.approval_id, subject=lifecycle.subject(version.document_id)
    ).first()
    if item is None:
        return []
    return [int(one["id"]) for one in sealing.read(queries.bytes_of(item)).drafted]


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    facts = json.loads(data)
    context = {
        "facts": facts,
        "act": Act(facts["act"]).label,
        "day": datetime.date.fromisoformat(facts["on_day"]),
        "version": Version.objects.defer("content").get(pk=facts["version"]),
    }
    return render_to_string("procedures/approval/withdrawal.html", context)
