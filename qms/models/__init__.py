"""The models of the ground, by subject: who exists, what is proof, what is to be done."""

from qms.models.notices import MailSettings, Notice, Way
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
    "Agency", "AgencyPage", "AgencyQuerySet", "Appointment", "AppointmentQuerySet", "DueWork", "Event", "FailedSignIn", "Mail", "MailSettings", "Notice", "OneTimeLink",
    "Role", "SentForm", "StoredFile", "Unit", "User", "Way", "current",
]  # fmt: skip
