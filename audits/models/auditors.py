"""The register of auditors, with training and validity of competence; and auditors lent to another
agency's audit."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit
from qms.clock import today
from qms.models import Agency, User


class AuditorRecord(models.Model):
    """An auditor in the register of an agency: fields, clauses, and the last day on which their
    competence holds."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="auditors"
    )
    person = models.ForeignKey(
        User,
        verbose_name=_("đánh giá viên"),
        on_delete=models.PROTECT,
        related_name="auditor_records",
    )
    fields = models.CharField(
        _("lĩnh vực"),
        max_length=500,
        blank=True,
        help_text=_("Ví dụ: hộ tịch, đất đai, công nghệ thông tin."),
    )
    clauses = models.JSONField(_("điều khoản"), default=list, blank=True)  # ["7.5"]; empty: all
    valid_until = models.DateField(
        _("năng lực có giá trị đến hết ngày"),
        null=True,
        blank=True,
        help_text=_("Để trống nếu không có thời hạn."),
    )
    lendable = models.BooleanField(
        _("có thể cho cơ quan khác mượn"),
        default=False,
        help_text=_("Tên người này được giới thiệu cho cơ quan đang thiếu đánh giá viên."),
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency_id", "pk"]
        verbose_name = _("đánh giá viên trong sổ")
        verbose_name_plural = pgettext_lazy("plural", "đánh giá viên trong sổ")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "person"],
                name="auditor_once_in_register",
                violation_error_message=_("Người này đã có trong sổ đánh giá viên của cơ quan."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class Training(models.Model):
    """A course that an auditor took."""

    auditor = models.ForeignKey(
        AuditorRecord,
        verbose_name=_("đánh giá viên"),
        on_delete=models.PROTECT,
        related_name="trainings",
    )
    course = models.CharField(_("khóa đào tạo"), max_length=250)
    body = models.CharField(_("đơn vị đào tạo"), max_length=250)
    on_day = models.DateField(_("ngày hoàn thành"))
    certificate = models.CharField(_("số chứng nhận"), max_length=100, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["auditor_id", "-on_day", "pk"]
        verbose_name = _("khóa đào tạo đánh giá viên")
        verbose_name_plural = pgettext_lazy("plural", "đào tạo đánh giá viên")

    def __str__(self) -> str:
        return self.course


class Loan(models.Model):
    """An auditor of one agency for one audit of another: requested by whoever plans the audit,
    agreed by the lender's officer.

    Without a person, the agency names one when it agrees; `in_return` may audit there
    in exchange."""

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ trả lời")
        AGREED = "agreed", _("Đã đồng ý")
        DECLINED = "declined", _("Không đồng ý")
        WITHDRAWN = "withdrawn", _("Đã rút")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="loans")
    lender = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan cho mượn"),
        on_delete=models.PROTECT,
        related_name="loans_of_auditors",
    )
    person = models.ForeignKey(
        User,
        verbose_name=_("đánh giá viên"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    in_return = models.ForeignKey(
        User,
        verbose_name=_("người cử sang để đổi"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    reason = models.TextField(_("lý do"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField(_("ngày hỏi"), default=today)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("đề nghị mượn đánh giá viên")
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "person"],
                condition=Q(state__in=["asked", "agreed"], person__isnull=False),
                name="auditor_lent_once_to_an_audit",
                violation_error_message=_("Đã đề nghị mượn người này cho cuộc đánh giá."),
            ),
            models.UniqueConstraint(
                fields=["audit", "lender"],
                condition=Q(state="asked", person__isnull=True),
                name="agency_asked_once_for_an_audit",
                violation_error_message=_("Đã hỏi cơ quan này; hãy chờ trả lời."),
            ),
            models.CheckConstraint(
                name="loan_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
        ]
        indexes = [models.Index(fields=["lender", "state"], name="loan_of_lender")]

    def __str__(self) -> str:
        return str(self.person or self.lender)

    def get_absolute_url(self) -> str:
        return reverse("audit_loan", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED
