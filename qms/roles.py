"""The roles a person holds by appointment. docs/roles.md holds the table that explains them to people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    READER = "reader", _("Người đọc")
    AUTHOR = "author", _("Người soạn thảo")
    OFFICER = "officer", _("Thư ký ISO")
    REVIEWER = "reviewer", _("Người xem xét")
    APPROVER = "approver", _("Người phê duyệt")
    AUDITOR = "auditor", _("Đánh giá viên nội bộ")
    AGENCY_ADMIN = "agency_admin", _("Quản trị cơ quan")
    OVERSEER = "overseer", _("Giám sát cấp thành phố")
    SYSTEM_ADMIN = "system_admin", _("Quản trị hệ thống")


CITY_ROLES = frozenset({Role.OVERSEER, Role.SYSTEM_ADMIN})  # held without an agency
DRAFTING_ROLES = frozenset({Role.AUTHOR, Role.OFFICER})
