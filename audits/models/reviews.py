"""The management review of an agency: meeting, inputs and decisions."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from qms.clock import today
from qms.models import Agency, Approval, User


class ManagementReview(models.Model):
    """A meeting of the agency's management. The sealed bytes of its approval are what is signed."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("Đang chuẩn bị")
        SIGNED = "signed", _("Đã ký")

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        on_delete=models.PROTECT,
        related_name="management_reviews",
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    held_on = models.DateField(_("ngày họp"))
    since = models.DateField(_("xem xét từ ngày"))  # figures are counted from this day on
    place = models.CharField(_("địa điểm"), max_length=250, blank=True)
    chair = models.ForeignKey(
        User, verbose_name=_("người chủ trì"), on_delete=models.PROTECT, related_name="+"
    )
    # [{"person": 3 or None, "name", "post"}]
    present = models.JSONField(_("người dự họp"), default=list, blank=True)
    minutes = models.TextField(_("diễn biến cuộc họp"), blank=True)
    conclusion = models.TextField(_("kết luận"), blank=True)
    collecting = models.PositiveIntegerField(default=0, editable=False)  # how often it was begun
    # Names of the sources still to be collected
    waiting = models.JSONField(default=list, editable=False)
    collected_at = models.DateTimeField(_("thu thập lúc"), null=True, editable=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.PREPARING)
    # The round it was sent in last
    approval = models.ForeignKey(
        Approval, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    signed_on = models.DateField(_("ngày ký"), null=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("kỳ xem xét của lãnh đạo")
        verbose_name_plural = pgettext_lazy("plural", "kỳ xem xét của lãnh đạo")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "number"], name="management_review_number_once"
            ),
            models.CheckConstraint(
                name="management_review_period",
                condition=Q(since__lte=F("held_on")),
                violation_error_message=_("Kỳ xem xét phải bắt đầu trước hoặc trong ngày họp."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Xem xét của lãnh đạo %(code)s")) % {"code": self.code}

    @property
    def code(self) -> str:
        return f"XXLD-{self.year}-{self.number:02}"

    @property
    def is_signed(self) -> bool:
        return self.state == self.State.SIGNED

    def get_absolute_url(self) -> str:
        return reverse("management_review", args=[self.pk])


class ReviewInput(models.Model):
    """One point of the agenda: figures as they were collected, and what the officer writes
    about them."""

    review = models.ForeignKey(ManagementReview, on_delete=models.PROTECT, related_name="inputs")
    topic = models.CharField(max_length=20)  # of `audits.review.agenda.Topic`
    # [{"source", "figures": {name: number}, "before": {…} or None, "named": [text], "failed"}]
    figures = models.JSONField(default=list, blank=True)
    said = models.TextField(_("nội dung báo cáo"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("nội dung xem xét")
        verbose_name_plural = pgettext_lazy("plural", "nội dung xem xét")
        constraints = [
            models.UniqueConstraint(fields=["review", "topic"], name="review_topic_once")
        ]

    def __str__(self) -> str:
        return self.topic


class Decision(models.Model):
    """A decision of the meeting, with doer and due day. It becomes a task once the review has
    been signed."""

    class Kind(models.TextChoices):
        IMPROVEMENT = "improvement", _("Cải tiến")
        SYSTEM = "system", _("Thay đổi hệ thống quản lý")
        RESOURCES = "resources", _("Nguồn lực")

    review = models.ForeignKey(ManagementReview, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    what = models.TextField(_("việc phải làm"))
    person = models.ForeignKey(
        User, verbose_name=_("người thực hiện"), on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(_("hạn hoàn thành"))
    done_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.TextField(_("kết quả thực hiện"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = _("kết luận của lãnh đạo")
        verbose_name_plural = pgettext_lazy("plural", "kết luận của lãnh đạo")
        indexes = [models.Index(fields=["person", "done_on"], name="decision_of_person")]

    def __str__(self) -> str:
        return self.what[:80]

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due < today()
