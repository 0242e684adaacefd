"""The models of audits, in the order of an audit: programme, audit, checklist, finding,
correction, review."""

from audits.models.auditors import AuditorRecord, Loan, Training
from audits.models.audits import Audit, AuditQuerySet, Meeting, Member, MemberQuerySet, PlanRow
from audits.models.calendars import CalendarAddress
from audits.models.causes import Cause, CorrectionRule
from audits.models.checklists import Answer, Evidence, Item, Question, Result
from audits.models.corrections import Action, Judgement, Nonconformity
from audits.models.extent import Extension, ExtentQuestion
from audits.models.findings import Finding, FindingNote, Grade
from audits.models.invitations import Invitation
from audits.models.lessons import Lesson
from audits.models.on_site import HalfFile, Piece, SetAside
from audits.models.programmes import Programme
from audits.models.reports import LaterFact, Report
from audits.models.reviews import Decision, ManagementReview, ReviewInput

__all__ = [
    "Action", "Answer", "Audit", "AuditQuerySet", "AuditorRecord", "CalendarAddress", "Cause", "CorrectionRule", "Decision",
    "Evidence", "Extension", "ExtentQuestion", "Finding", "FindingNote", "Grade", "HalfFile", "Invitation", "Item", "Judgement",
    "LaterFact", "Lesson", "Loan", "ManagementReview", "Meeting", "Member", "MemberQuerySet", "Nonconformity", "Piece", "PlanRow",
    "Programme", "Question", "Report", "Result", "ReviewInput", "SetAside", "Training",
]  # fmt: skip
