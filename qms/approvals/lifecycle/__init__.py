"""Steps of approvals. Each is one transaction: lock, rule, moment, change, event; a refusal says
what to do."""

from qms.approvals.lifecycle.absences import end_absence, record_absence
from qms.approvals.lifecycle.approval_rules import remove_rule, save_rule
from qms.approvals.lifecycle.choosing import choose_other_signers
from qms.approvals.lifecycle.closing import finish, return_to_sender, take_back, void
from qms.approvals.lifecycle.common import need_signatures
from qms.approvals.lifecycle.remarks import answer, remark
from qms.approvals.lifecycle.sending import send, take_out
from qms.approvals.lifecycle.signatures import no_appointment, sign

__all__ = [
    "answer", "choose_other_signers", "end_absence", "finish", "need_signatures", "no_appointment", "record_absence", "remark", "remove_rule", "return_to_sender", "save_rule", "send", "sign", "take_back",
    "take_out", "void",
]  # fmt: skip
