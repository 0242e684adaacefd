"""An audit, its members, and its timed plan."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.programmes import ISO_9001, Programme
from qms.clock import today
from qms.models import Agency, Unit, User


class AuditQuerySet(models.QuerySet["Audit"]):
    def with_names(self) -> "AuditQuerySet":
        return self.select_related("agency", "body")


class Audit(models.Model):
    """One audit of an agency, by an agency or by the city (no `body`). The same row serves internal
    audits and inspections."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Đánh giá nội bộ")
        INSPECTION = "inspection", _("Kiểm tra của cơ quan quản lý")
        EXTERNAL = "external", _("Đánh giá của tổ chức bên ngoài")

    class Way(models.TextChoices):
        ON_SITE = "on_site", _("Tại trụ sở")
        PAPERS = "papers", _("Theo báo cáo và hồ sơ")

    class State(models.TextChoices):
        PLANNING = "planning", _("Đang lập kế hoạch")
        PLANNED = "planned", _("Đã có kế hoạch")
        UNDER_WAY = "under_way", _("Đang đánh giá")
        CONCLUDED = "concluded", _("Đã kết luận")
        CLOSED = "closed", _("Đã đóng")
        CANCELLED = "cancelled", _("Đã hủy")

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan được đánh giá"),
        on_delete=models.PROTECT,
        related_name="audits",
    )
    body = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan đánh giá"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audits_made",
    )
    kind = models.CharField(_("loại"), max_length=12, choices=Kind, default=Kind.INTERNAL)
    way = models.CharField(_("hình thức"), max_length=10, choices=Way, default=Way.ON_SITE)
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("chương trình"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="audits",
    )
    title = models.CharField(_("tên cuộc đánh giá"), max_length=250)
    scope = models.TextField(_("phạm vi"), blank=True)
    criteria = models.CharField(_("chuẩn mực"), max_length=250, default=ISO_9001)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.PLANNING)
    # Fixed with the plan: [{"document", "version", "code", "title"}]
    versions = models.JSONField(default=list, blank=True)
    plan_fixed_on = models.DateField(_("ngày chốt kế hoạch"), null=True, blank=True)
    conclusion = models.TextField(_("kết luận"), blank=True)
    strengths = models.TextField(_("điểm mạnh"), blank=True)
    concluded_on = models.DateField(_("ngày kết luận"), null=True, blank=True)
    concluded_by_name = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(_("ngày đóng"), null=True, blank=True)
    history = HistoricalRecords()

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("cuộc đánh giá")
        verbose_name_plural = pgettext_lazy("plural", "cuộc đánh giá")
        constraints = [
            models.CheckConstraint(
                name="audit_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audit", args=[self.pk])

    @property
    def is_told(self) -> bool:
        """Whether the audited agency has been notified of the findings."""
        return self.state in {self.State.CONCLUDED, self.State.CLOSED}

    @property
    def takes_answers(self) -> bool:
        return self.state == self.State.UNDER_WAY

    @property
    def version_ids(self) -> list[int]:
        return [fixed["version"] for fixed in self.versions]

    def version_facts(self, version: int | None) -> dict[str, Any] | None:
        return next((fixed for fixed in self.versions if fixed["version"] == version), None)


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self, day: datetime.date | None = None) -> "MemberQuerySet":
        """Memberships valid on `day` (default: today)."""
        day = day or today()
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Member(models.Model):
    """A person's part in an audit from one day to another, both inclusive: the one source of access
    to the audit."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Trưởng đoàn đánh giá")
        AUDITOR = "auditor", _("Đánh giá viên")
        OBSERVER = "observer", _("Quan sát viên")
        AUDITEE = "auditee", _("Đại diện bên được đánh giá")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(
        User, verbose_name=_("người"), on_delete=models.PROTECT, related_name="audit_parts"
    )
    part = models.CharField(_("vai trò trong đoàn"), max_length=10, choices=Part)
    starts_on = models.DateField(_("từ ngày"), default=today)
    ends_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    history = HistoricalRecords()

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["audit_id", "pk"]
        verbose_name = _("thành viên đoàn đánh giá")
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "person"],
                condition=Q(ends_on__isnull=True),
                name="member_once_in_audit",
                violation_error_message=_("Người này đã tham gia cuộc đánh giá."),
            ),
            models.UniqueConstraint(
                fields=["audit"],
                condition=Q(part="lead", ends_on__isnull=True),
                name="audit_has_one_lead",
                violation_error_message=_("Cuộc đánh giá đã có trưởng đoàn."),
            ),
            models.CheckConstraint(
                name="member_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class PlanRow(models.Model):
    """A line of the plan: when, where, which unit, what, and who audits it."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="rows")
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.PROTECT, related_name="+"
    )
    topic = models.CharField(_("nội dung"), max_length=250, blank=True)
    documents = models.JSONField(_("tài liệu"), default=list, blank=True)  # ids of documents
    clauses = models.JSONField(_("điều khoản"), default=list, blank=True)  # ["7.5.3", …]
    auditors = models.ManyToManyField(Member, verbose_name=_("đánh giá viên"), related_name="rows")
    history = HistoricalRecords(m2m_fields=[auditors])

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("dòng của kế hoạch")
        constraints = [
            models.CheckConstraint(
                name="plan_row_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Giờ kết thúc phải sau giờ bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}"


class Meeting(models.Model):
    """The opening or the closing meeting of an audit. The whole team takes part, with the heads of
    all units in the plan and the auditees' representatives."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Họp khai mạc")
        CLOSING = "closing", _("Họp kết thúc")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("họp khai mạc, họp kết thúc")
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "kind"],
                name="meeting_once_in_audit",
                violation_error_message=_("Kế hoạch đã có cuộc họp này. Hãy sửa cuộc họp đã có."),
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Giờ kết thúc phải sau giờ bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
