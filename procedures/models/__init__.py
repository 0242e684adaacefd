"""Controlled documents, by subject: the working draft, its versions, imports, derived files."""

from procedures.enums import REMARKS, Kind, ProcedureType, SignerRole, Visibility
from procedures.models.changes import Amendment, AmendmentDraft, ChangeRequest
from procedures.models.decisions import Decision
from procedures.models.documents import Clause, DocumentPage, FormPage, GeneralPage, ProcedurePage
from procedures.models.files import FileText, ShownPicture
from procedures.models.imports import ImportBatch, ImportItem, ImportRule
from procedures.models.patterns import CityTemplate
from procedures.models.readership import Confirmation, ReadingRule, Review
from procedures.models.taking_in import TakingIn
from procedures.models.versions import Version, VersionAct, VersionQuerySet

__all__ = [
    "REMARKS", "Amendment", "AmendmentDraft", "ChangeRequest", "CityTemplate", "Clause", "Confirmation", "Decision", "DocumentPage", "FileText", "FormPage", "GeneralPage", "ImportBatch", "ImportItem", "ImportRule", "Kind", "ProcedurePage",
    "ProcedureType", "ReadingRule", "Review", "ShownPicture", "SignerRole", "TakingIn", "Version", "VersionAct", "VersionQuerySet", "Visibility",
]  # fmt: skip
