"""Nonconformities from every source, the actions that correct them, and the judgement whether
they worked."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits import sources
from audits.models.causes import Cause
from audits.models.findings import Finding
from procedures.models import ChangeRequest, DocumentPage
from qms.clock import now, today
from qms.models import Agency, Approval, Unit, User
from qms.text.labels import label_of


class Nonconformity(models.Model):
    """A nonconformity and one round of its correction; an ineffective one is followed by a
    further round."""

    Source = sources.Source

    class Gate(models.TextChoices):
        """What an open one needs next. Each gate opens with the one before it."""

        CORRECTION = "correction", _("Khắc phục ngay")
        CAUSE = "cause", _("Nguyên nhân")
        EXTENT = "extent", _("Phạm vi ảnh hưởng")
        SYSTEM = "system", _("Hệ thống")
        PLAN = "plan", _("Kế hoạch")

    class State(models.TextChoices):
        OPEN = "open", _("Đang phân tích")
        PLANNED = "planned", _("Chờ ký kế hoạch")
        AGREED = "agreed", _("Đang thực hiện")
        VERIFYING = "verifying", _("Chờ đánh giá hiệu lực")
        CLOSED = "closed", _("Đã đóng")
        INEFFECTIVE = "ineffective", _("Chưa hiệu lực, chuyển vòng sau")
        DROPPED = "dropped", _("Đã rút")

    ENDED = (State.CLOSED, State.INEFFECTIVE, State.DROPPED)

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="nonconformities"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    source = models.CharField(_("nguồn"), max_length=30)  # `audits.sources`
    minor = models.BooleanField(_("nhẹ"), default=True)
    finding = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="nonconformities"
    )
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_round"
    )
    description = models.TextField(_("mô tả"))
    correction = models.TextField(_("khắc phục ngay"), blank=True)
    result_corrected = models.TextField(_("kết quả đã được sửa thế nào"), blank=True)
    informed = models.TextField(_("đã thông báo cho người dân, tổ chức thế nào"), blank=True)
    accepted_by = models.CharField(_("ai đã chấp nhận kết quả"), max_length=250, blank=True)
    whys = models.JSONField(_("năm câu hỏi vì sao"), default=list, blank=True)  # answers in order
    causes = models.ManyToManyField(
        Cause, verbose_name=_("nhóm nguyên nhân"), blank=True, related_name="+"
    )
    cause = models.TextField(_("nguyên nhân gốc rễ"), blank=True)
    extent = models.TextField(_("phạm vi ảnh hưởng"), blank=True)
    risks = models.TextField(_("rủi ro và cơ hội"), blank=True)
    objectives = models.TextField(_("mục tiêu chất lượng"), blank=True)
    measure = models.TextField(_("thước đo hiệu lực"), blank=True)
    judge_on = models.DateField(_("ngày đánh giá hiệu lực"), null=True, blank=True)
    planned_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The round in which the plan was sent last
    approval = models.ForeignKey(
        Approval, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_by_name = models.CharField(max_length=200, blank=True)
    agreed_on = models.DateField(_("ngày đồng ý kế hoạch"), null=True, blank=True)
    sent_back = models.TextField(_("lý do trả lại"), blank=True)
    state = models.CharField(_("tình trạng"), max_length=12, choices=State, default=State.OPEN)
    opened_on = models.DateField(_("ngày mở"), default=today)
    closed_on = models.DateField(_("ngày đóng"), null=True, blank=True)
    history = HistoricalRecords(m2m_fields=[causes])
    get_state_display = label_of("state", State)

    class Meta:
        ordering = ["agency_id", "-year", "-number"]
        verbose_name = _("sự không phù hợp")
        verbose_name_plural = pgettext_lazy("plural", "sự không phù hợp")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "number"], name="nonconformity_number_once"
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(follows__isnull=True),
                name="nonconformity_first_round_once",
            ),
            models.CheckConstraint(
                name="nonconformity_follows_another", condition=~Q(follows=F("id"))
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="nonconformity_of_agency"),
            models.Index(fields=["agency", "-year", "-number"], name="nonconformity_by_number"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"KPH-{self.year}-{self.number:02}"

    @property
    def source_label(self) -> str:
        return sources.label(self.source)

    @property
    def about_citizens(self) -> bool:
        """Whether a result or papers of citizens are affected: what was done for them is part of
        the correction."""
        return self.source in sources.ABOUT_CITIZENS

    @property
    def is_open(self) -> bool:
        return self.state not in self.ENDED

    def get_absolute_url(self) -> str:
        return reverse("nonconformity", args=[self.pk])


class Action(models.Model):
    """What one person does by a day."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="actions"
    )
    what = models.TextField(_("việc phải làm"))
    person = models.ForeignKey(
        User, verbose_name=_("người thực hiện"), on_delete=models.PROTECT, related_name="actions"
    )
    due = models.DateField(_("hạn hoàn thành"))
    document = models.ForeignKey(
        DocumentPage,
        verbose_name=_("tài liệu cần sửa"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Opened once the plan is agreed to; the action waits for the version that it leads to
    change_request = models.OneToOneField(
        ChangeRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.TextField(_("kết quả thực hiện"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = _("hành động khắc phục")
        verbose_name_plural = pgettext_lazy("plural", "hành động khắc phục")
        # Holds all that is asked about one person's actions
        indexes = [
            models.Index(fields=["person", "nonconformity", "done_on"], name="action_of_person")
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due < today()


class Judgement(models.Model):
    """Whether the actions were effective, and why. Never changed, never deleted."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="judgements"
    )
    effective = models.BooleanField()
    why = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("đánh giá hiệu lực")

    def __str__(self) -> str:
        return str(_("Có hiệu lực") if self.effective else _("Chưa hiệu lực"))
