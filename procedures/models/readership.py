"""Who must read what, who confirmed it, and what each periodic review of a document decided."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from procedures.models.versions import Version
from qms.clock import now, today
from qms.models import Agency, Unit, User


class ReadingRuleQuerySet(models.QuerySet["ReadingRule"]):
    def on(self, day: datetime.date) -> "ReadingRuleQuerySet":
        """The rules that apply on the day."""
        return self.filter(from_day__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


class ReadingRule(models.Model):
    """Which documents of an agency which of its people must confirm as read, and within how
    many days.

    Whom it concerns is computed from the appointments of the day; there is no row for a duty."""

    MOST_DAYS = 365

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="reading_rules"
    )
    # {"document": 12}, {"kind": "procedure"} or {"codes": ["QT-01/VP", …]}
    what = models.JSONField(_("tài liệu phải đọc"))
    # {"everyone": true}, {"units": [3, …]}, {"roles": ["author", …]} or {"people": [5, …]}
    audience = models.JSONField(_("người phải đọc"))
    days = models.PositiveSmallIntegerField(
        _("số ngày để đọc"),
        default=7,
        help_text=_("Tính từ ngày tài liệu có hiệu lực, hoặc từ ngày người đó nhận việc."),
    )
    each_version = models.BooleanField(
        _("hỏi lại ở mỗi phiên bản"),
        default=True,
        help_text=_("Không chọn: chỉ hỏi lại khi có lần ban hành mới."),
    )
    signed = models.BooleanField(_("xác nhận bằng chữ ký"), default=False)
    from_day = models.DateField(_("áp dụng từ ngày"), default=today)
    ended_on = models.DateField(_("ngừng áp dụng từ ngày"), null=True, blank=True)
    history = HistoricalRecords()

    objects = ReadingRuleQuerySet.as_manager()

    class Meta:
        ordering = ["agency_id", "pk"]
        verbose_name = _("quy tắc đọc")
        verbose_name_plural = pgettext_lazy("plural", "quy tắc đọc")
        constraints = [
            models.CheckConstraint(
                name="reading_rule_gives_some_days",
                condition=Q(days__gte=1, days__lte=365),
                violation_error_message=_("Số ngày để đọc từ 1 đến 365."),
            ),
            models.CheckConstraint(
                name="reading_rule_ends_after_it_begins",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("from_day")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
        ]

    def __str__(self) -> str:
        return f"reading rule {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("reading_rule", args=[self.pk])


class Confirmation(models.Model):
    """A person confirmed that they read and understood one version. Never changed,
    never deleted."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="confirmations")
    person_name = models.CharField(max_length=200)
    post = models.CharField(max_length=150, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=250, blank=True)
    rule = models.ForeignKey(ReadingRule, on_delete=models.PROTECT, related_name="+")
    sentence = models.TextField()
    way = models.CharField(max_length=20, blank=True)  # how it was signed; empty: without signature
    on_day = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("xác nhận đã đọc")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"],
                name="confirmation_once",
                violation_error_message=_("Người này đã xác nhận phiên bản này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.version_id}"


class Review(models.Model):
    """The verdict of a periodic review of a version. Never changed, never deleted."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Giữ nguyên")
        REVISE = "revise", _("Sửa đổi")
        WITHDRAW = "withdraw", _("Thu hồi")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("kết luận"), max_length=10, choices=Verdict)
    reason = models.TextField(_("lý do"))
    next_on = models.DateField(_("soát xét lần tới trước ngày"))
    on_day = models.DateField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    by_post = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("soát xét định kỳ")
        verbose_name_plural = pgettext_lazy("plural", "soát xét định kỳ")
        indexes = [models.Index(fields=["agency", "id"], name="review_of_agency")]
        constraints = [
            models.CheckConstraint(
                name="review_comes_again_later",
                condition=Q(next_on__gt=F("on_day")),
                violation_error_message=_("Ngày soát xét lần tới phải sau ngày kết luận."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.version_id}"
