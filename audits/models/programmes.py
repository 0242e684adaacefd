"""The year's programme: which units are audited in which month, and by whom."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from qms.models import Agency

ISO_9001 = "TCVN ISO 9001:2015"


class Programme(models.Model):
    """An agency's audit programme for one year. A change after approval is a new issue of it, with
    a reason."""

    class State(models.TextChoices):
        DRAFTING = "drafting", _("Đang lập")
        APPROVED = "approved", _("Đã phê duyệt")

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="programmes"
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    issue = models.PositiveSmallIntegerField(_("lần ban hành"), default=1)
    aims = models.TextField(_("mục đích"))
    scope = models.TextField(_("phạm vi"))
    criteria = models.CharField(_("chuẩn mực"), max_length=250, default=ISO_9001)
    # [{"unit": 3, "unit_name", "month": 5, "lead": 9, "lead_name"}], plus "clauses": ["7.5"] unless
    # all are meant
    rows = models.JSONField(_("lịch đánh giá"), default=list, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.DRAFTING)
    left_out = models.TextField(
        _("phần không đánh giá trong năm và lý do"),
        blank=True,
        help_text=_("Bắt buộc khi có đơn vị không nằm trong lịch; được ký cùng chương trình."),
    )
    clauses_left_out = models.TextField(
        _("điều khoản không đánh giá trong năm và lý do"),
        blank=True,
        help_text=_("Bắt buộc khi có điều khoản không nằm trong lịch; được ký cùng chương trình."),
    )
    reason = models.TextField(_("lý do sửa đổi"), blank=True)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_on = models.DateField(_("ngày phê duyệt"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = _("chương trình đánh giá")
        verbose_name_plural = pgettext_lazy("plural", "chương trình đánh giá")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"],
                name="programme_once_a_year",
                violation_error_message=_("Cơ quan đã có chương trình đánh giá của năm này."),
            ),
            models.CheckConstraint(
                name="programme_of_a_year",
                condition=models.Q(year__gte=2000, year__lte=2100),
                violation_error_message=_("Năm phải từ 2000 đến 2100."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Chương trình đánh giá năm %(year)s")) % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("audit_programme", args=[self.pk])

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED
