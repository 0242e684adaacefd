"""Closing the taking-in of paper as a request: an officer asks, and the last signature of the
agency's head closes it."""

import hashlib
import json

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures import rules
from procedures.lifecycle import taking_in
from procedures.models import Version
from qms.approvals import lifecycle as approvals
from qms.approvals import queries, subjects
from qms.approvals.sealing import canonical
from qms.approvals.steps import Step, Who
from qms.approvals.subjects import Sealed
from qms.errors import Refused
from qms.language import of_records
from qms.models import Agency, Approval, ApprovalItem, Meaning, User
from qms.proof import journal
from qms.roles import Role

KIND = "taking_in"
FORMAT = 1


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=gettext_lazy("Đóng tiếp nhận bản giấy"),
            rules=lambda: [(KIND, gettext_lazy("Đóng tiếp nhận bản giấy"))],
            rule_of=lambda subject: KIND,
            may_send=rules.may_import,
            show=show,
            url=lambda subject: reverse("procedures_admin:taking_in"),
            on_done=on_done,
            default_steps=(Step(Meaning.APPROVED, Who.ROLE, Role.APPROVER, quorum=1, days=5),),
        )
    )


def subject(agency: int) -> str:
    return f"{KIND}:{agency}"


@journal.acts()
def request(agency: Agency, *, by: User, note: str = "") -> Approval:
    """Asks the head to close the taking-in. Raises Refused for the wrong role, and if it is already
    closed or requested."""
    if not rules.may_import(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được làm việc này.") % {"agency": agency})
    taking_in.check_close(agency)
    if queries.open_for(subject(agency.pk)) is not None:
        raise Refused(_("Yêu cầu đóng tiếp nhận đang chờ ký. Hãy rút lại yêu cầu đó trước."))
    recorded = Version.objects.filter(agency=agency, origin=Version.Origin.RECORDED).standing()
    facts = {
        "format": FORMAT,
        "what": KIND,
        "agency": agency.pk,
        "name": agency.name,
        "recorded": recorded.count(),
    }
    with of_records():
        title = _("Đóng tiếp nhận bản giấy: %(agency)s") % {"agency": agency.name}
    sealed = Sealed(
        subject=subject(agency.pk),
        title=title,
        data=canonical(facts),
    )
    return approvals.send(KIND, [sealed], agency=agency, title=sealed.title, by=by, note=note)


def on_done(approval: Approval) -> bool:
    """Closes it, after verifying the signatures over exactly these bytes."""
    approvals.need_signatures(approval)
    (item,) = queries.items_of(approval)
    data = queries.bytes_of(item)
    digest = hashlib.sha256(data).hexdigest()
    signed = queries.signatures_over(approval)
    approved = any(one.meaning == Meaning.APPROVED for one in signed)
    ours = item.subject == subject(approval.agency_id) == subject(json.loads(data)["agency"])
    if not approved or not ours or not all(digest in one.covers for one in signed):
        raise Refused(
            _("“%(title)s” không đúng với nội dung đã ký nên không thực hiện được.")
            % {"title": item.title}
        )
    taking_in.close(approval.agency, approval=approval)
    return True


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    return render_to_string("procedures/approval/taking_in.html", {"facts": json.loads(data)})
