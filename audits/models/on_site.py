"""Pending data from devices: entries that can't join the checklist, and incomplete files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit
from audits.models.checklists import Item, Result
from audits.models.findings import Grade
from qms.clock import now
from qms.models import StoredFile, User


class SetAside(models.Model):
    """An entry or a file from a device that came too late or fits nowhere, kept verbatim until the
    lead decides."""

    class Reason(models.TextChoices):
        ENDED = "ended", _("Cuộc đánh giá không còn nhận câu trả lời khi nội dung này đến.")
        EARLY = "early", _("Cuộc đánh giá chưa bắt đầu khi nội dung này đến.")
        LEFT = "left", _("Người gửi không còn trong đoàn đánh giá khi nội dung này đến.")
        NO_ITEM = "no_item", _("Câu hỏi này không có trong phiếu của cuộc đánh giá.")
        TIED = "tied", _("Người gửi không còn độc lập với phần được đánh giá khi nội dung này đến.")
        NO_BASE = "no_base", _("Câu trả lời dựa trên một câu trả lời mà máy chủ chưa từng nhận.")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ trưởng đoàn")
        TAKEN = "taken", _("Đã đưa vào phiếu")
        LEFT_OUT = "left_out", _("Không đưa vào phiếu")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="set_aside")
    entry = models.UUIDField(unique=True, editable=False)
    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    result = models.CharField(_("kết quả"), max_length=15, choices=Result, blank=True)
    note = models.TextField(_("ghi chép"), blank=True)
    finding = models.BooleanField(_("phát hiện"), default=False)  # else an answer or a file
    # Of a finding, "" if its author had not chosen one
    grade = models.CharField(_("mức"), max_length=12, choices=Grade, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(_("tên tệp"), max_length=255, blank=True)
    noted_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decision = models.TextField(_("lý do quyết định"), blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("nội dung để riêng")
        verbose_name_plural = pgettext_lazy("plural", "nội dung để riêng")
        constraints = [
            models.CheckConstraint(
                name="set_aside_is_answer_or_file", condition=~Q(result="") | Q(file__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.file_name or self.get_result_display()


class HalfFile(models.Model):
    """A file that a device is sending in pieces. Deleted when the last piece has arrived, or after
    a month."""

    id = models.UUIDField(primary_key=True, editable=False)  # made on the device
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="+")
    # As claimed by the device; checked when the file is complete
    item = models.PositiveBigIntegerField()
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return self.name


class Piece(models.Model):
    """Some bytes of a file that is being sent."""

    of = models.ForeignKey(HalfFile, on_delete=models.CASCADE, related_name="pieces")
    start = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["of", "start"], name="piece_once_in_file"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.start}"
