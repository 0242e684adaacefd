"""The models of audits, in the order of an audit: programme, audit, checklist, finding, correction."""

from audits.models.audits import Audit, AuditQuerySet, Member, MemberQuerySet, PlanRow
from audits.models.causes import Cause, CorrectionRule
from audits.models.checklists import Answer, Evidence, Item, Question, Result
from audits.models.corrections import Action, Judgement, Nonconformity
from audits.models.extent import Extension, ExtentQuestion
from audits.models.findings import Finding, FindingNote, Grade
from audits.models.on_site import HalfFile, Piece, SetAside
from audits.models.programmes import Programme
from audits.models.reports import LaterFact, Report

__all__ = [
    "Action", "Answer", "Audit", "AuditQuerySet", "Cause", "CorrectionRule", "Evidence", "Extension",
    "ExtentQuestion", "Finding", "FindingNote", "Grade", "HalfFile", "Item", "Judgement", "LaterFact", "Member",
    "MemberQuerySet", "Nonconformity", "Piece", "PlanRow", "Programme", "Question", "Report", "Result", "SetAside",
]  # fmt: skip
