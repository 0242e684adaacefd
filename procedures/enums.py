"""Choices and codes of controlled documents. Imports nothing of the project that could import it
back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PROCEDURE = "procedure", _("Quy trình")
    FORM = "form", _("Biểu mẫu")
    POLICY = "policy", _("Chính sách chất lượng")
    OBJECTIVES = "objectives", _("Mục tiêu chất lượng")
    MANUAL = "manual", _("Sổ tay chất lượng")
    INSTRUCTION = "instruction", _("Hướng dẫn công việc")
    REGULATION = "regulation", _("Quy định, quy chế")
    OTHER = "other", _("Tài liệu khác")


class ProcedureType(models.TextChoices):
    SYSTEM = "system", _("Quy trình hệ thống")
    INTERNAL = "internal", _("Quy trình nội bộ")
    ADMINISTRATIVE = "administrative", _("Quy trình giải quyết thủ tục hành chính")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Công khai")
    CITY = "city", _("Mọi cơ quan của thành phố")
    AGENCY = "agency", _("Chỉ cơ quan này")

    def narrower(self) -> list["Visibility"]:
        """The more restrictive values, the widest first."""
        every = list(Visibility)
        return every[every.index(self) + 1 :]


# Codes of flags that describe how a file was read; the others are for a person to check.
REMARKS = frozenset(
    {
        "picture_without_description",
        "converted",
        "macros_dropped",
        "unknown_section",
        "taking_in_closed",
    }
)


MISSING_FACTS = "missing_facts"  # facts that a controlled document needs and a file does not give


class SignerRole(models.TextChoices):
    DRAFTED = "drafted", _("Soạn thảo")
    REVIEWED = "reviewed", _("Xem xét")
    APPROVED = "approved", _("Phê duyệt")
