"""The sources of nonconformities. Other apps register theirs in `ready()`; the register then shows
and filters by them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.errors import Refused


class Source(models.TextChoices):
    INTERNAL_AUDIT = "internal_audit", _("Đánh giá nội bộ")
    INSPECTION = "inspection", _("Kiểm tra của cơ quan quản lý")
    EXTERNAL_AUDIT = "external_audit", _("Đánh giá của tổ chức bên ngoài")
    DAILY_WORK = "daily_work", _("Công việc hằng ngày")
    WRONG_RESULT = "wrong_result", _("Kết quả trả sai hoặc trả muộn cho người dân, tổ chức")
    CITIZEN_PAPERS = "citizen_papers", _("Giấy tờ của người dân, tổ chức bị mất hoặc hỏng")
    REVIEW = "management_review", _("Xem xét của lãnh đạo")


# Redress for those harmed is part of the correction (8.7, 8.5.3)
ABOUT_CITIZENS = frozenset({Source.WRONG_RESULT, Source.CITIZEN_PAPERS})
_MORE: dict[str, Any] = {}


def add(name: str, label: Any) -> None:
    """Registers a source of another app; one with the same name is replaced."""
    if len(name) > 30 or name in Source.values:
        raise ValueError(name)
    _MORE[name] = label


def remove(name: str) -> None:
    """Removes a source (tests)."""
    _MORE.pop(name, None)


def choices() -> list[tuple[str, Any]]:
    return [*Source.choices, *_MORE.items()]


def label(name: str) -> str:
    """The label of a source; its bare name if its app is no longer installed."""
    return str(dict(choices()).get(name, name))


def check(name: str) -> None:
    """Raises Refused for an unregistered source."""
    if name not in dict(choices()):
        raise Refused(gettext("Hãy chọn nguồn."))
