"""The list of causes, and the rules by which an agency corrects."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from qms.models import Agency


class CauseQuerySet(models.QuerySet["Cause"]):
    def offered_to(self, agency: Agency | int) -> "CauseQuerySet":
        """The city's causes and the agency's own, without retired ones."""
        return self.filter(Q(agency=None) | Q(agency=agency), ended_on=None).exclude(parent=None)


class Cause(models.Model):
    """A recurring cause, in one of the city's groups. Without an agency it is everybody's."""

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The group; groups themselves have none
    parent = models.ForeignKey(
        "self",
        verbose_name=_("nhóm"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="causes",
    )
    name = models.CharField(_("tên"), max_length=120)
    ended_on = models.DateField(_("ngừng dùng từ"), null=True, blank=True)
    history = HistoricalRecords()

    objects = CauseQuerySet.as_manager()

    class Meta:
        ordering = ["parent_id", "pk"]
        verbose_name = _("nguyên nhân")
        verbose_name_plural = pgettext_lazy("plural", "nguyên nhân")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "parent", "name"],
                name="cause_once_in_agency",
                violation_error_message=_("Nhóm này đã có nguyên nhân đó."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CorrectionRule(models.Model):
    """How an agency corrects, and its own names for grades. The row without an agency is the city's:
    when overseers are notified of delays."""

    agency = models.OneToOneField(
        Agency,
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correction_rule",
    )
    skips_extent = models.BooleanField(
        _("Sự không phù hợp nhẹ được bỏ qua bước phạm vi ảnh hưởng"), default=False
    )
    skips_plan = models.BooleanField(
        _("Sự không phù hợp nhẹ được bỏ qua kế hoạch, khi khắc phục ngay là đủ"), default=False
    )
    overseer_days = models.JSONField(default=list, blank=True)  # [30, 60]: days overdue
    # {grade: {"name": "Lỗi nặng", "needs_file": True}}, see audits/grades.py
    grades = models.JSONField(default=dict, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("quy tắc xử lý sự không phù hợp")
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(agency=None), name="correction_rule_once_in_city"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency or _("Toàn thành phố"))
