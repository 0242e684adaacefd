"""The base models: people and agencies, proof, work, notices, approvals."""

from qms.models.approvals import (
    Absence,
    Approval,
    ApprovalItem,
    ApprovalRule,
    ApprovalSeat,
    Meaning,
    Remark,
    Signature,
    SigningTry,
)
from qms.models.notices import Bookmark, MailSettings, Notice, Way
from qms.models.people import (
    Agency,
    AgencyPage,
    AgencyQuerySet,
    Appointment,
    AppointmentQuerySet,
    Unit,
    User,
    current,
)
from qms.models.proof import Event, StoredFile
from qms.models.work import DueWork, FailedSignIn, Mail, OneTimeLink, SentForm
from qms.roles import Role

__all__ = [
    "Absence", "Agency", "AgencyPage", "AgencyQuerySet", "Appointment", "AppointmentQuerySet", "Approval", "ApprovalItem", "ApprovalRule",
    "ApprovalSeat", "Bookmark", "DueWork", "Event", "FailedSignIn", "Mail", "MailSettings", "Meaning", "Notice", "OneTimeLink", "Remark", "Role", "SentForm",
    "Signature", "SigningTry", "StoredFile", "Unit", "User", "Way", "current",
]  # fmt: skip
