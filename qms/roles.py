"""The roles a person holds by appointment. docs/roles.md has the table that explains them to
people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    READER = "reader", _("Người đọc")
    AUTHOR = "author", _("Người soạn thảo")
    OFFICER = "officer", _("Thư ký ISO")
    REVIEWER = "reviewer", _("Người xem xét")
    APPROVER = "approver", _("Người phê duyệt")
    AUDITOR = "auditor", _("Đánh giá viên nội bộ")
    UNIT_HEAD = "unit_head", _("Trưởng đơn vị")
    AGENCY_ADMIN = "agency_admin", _("Quản trị cơ quan")
    OVERSEER = "overseer", _("Giám sát cấp thành phố")
    SYSTEM_ADMIN = "system_admin", _("Quản trị hệ thống")


CITY_ROLES = frozenset({Role.OVERSEER, Role.SYSTEM_ADMIN})  # held without an agency
DRAFTING_ROLES = frozenset({Role.AUTHOR, Role.OFFICER})
SECOND_PERSON_ROLES = frozenset(  # nobody gives them to themselves
    {Role.OFFICER, Role.REVIEWER, Role.APPROVER, Role.UNIT_HEAD}
)
UNIT_ROLES = frozenset({Role.UNIT_HEAD})  # held in a unit of the agency


class Capacity(models.TextChoices):
    """On whose behalf somebody signs (Decree 30/2020, Annex I); empty: their own."""

    ON_BEHALF = "TM.", _("TM. – thay mặt tập thể")
    IN_PLACE = "KT.", _("KT. – ký thay người đứng đầu")
    BY_ORDER = "TL.", _("TL. – thừa lệnh")
    BY_AUTHORITY = "TUQ.", _("TUQ. – thừa ủy quyền")
    ACTING = "Q.", _("Q. – quyền cấp trưởng")


# What each role allows, shown to people who appoint; docs/roles.md has the whole table.
MEANINGS = {
    Role.READER: _("đọc tài liệu đã ban hành"),
    Role.AUTHOR: _("đọc, và soạn bản thảo của mình"),
    Role.OFFICER: _("mọi bản thảo của cơ quan: nhập từ Word, sửa, ban hành, thu hồi"),
    Role.REVIEWER: _("đọc, và xem xét bản thảo được gửi tới"),
    Role.APPROVER: _("đọc, và phê duyệt bản thảo được gửi tới"),
    Role.AUDITOR: _("đọc, và đánh giá nội bộ khi được phân công"),
    Role.UNIT_HEAD: _("đọc, và xem xét việc của đơn vị mình phụ trách"),
    Role.AGENCY_ADMIN: _("đơn vị, người dùng và vai trò trong cơ quan; không xem bản thảo"),
    Role.OVERSEER: _("mọi tài liệu đã ban hành của mọi cơ quan; không sửa gì"),
    Role.SYSTEM_ADMIN: _("cơ quan, tài khoản, việc nền; không xem bản thảo"),
}
