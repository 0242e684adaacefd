"""Questions, the checklist of an audit, its answers, and evidence."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit, Member, PlanRow
from procedures.models import Version
from qms.clock import now
from qms.models import Agency, StoredFile, User


class Question(models.Model):
    """A question of the bank: an agency's own, or, without an agency, the city's."""

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
    )
    clause = models.CharField(_("điều khoản"), max_length=12)
    order = models.CharField(max_length=40, db_index=True)  # of the clause, as the standard counts
    text = models.TextField(_("câu hỏi"))
    text_en = models.TextField(_("câu hỏi bằng tiếng Anh"), blank=True)
    look_at = models.TextField(_("xem bằng chứng ở đâu"), blank=True)
    look_at_en = models.TextField(_("xem ở đâu, bằng tiếng Anh"), blank=True)
    fault = models.TextField(_("thế nào là chưa đạt"), blank=True)
    fault_en = models.TextField(_("thế nào là chưa đạt, bằng tiếng Anh"), blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("câu hỏi đánh giá")
        verbose_name_plural = pgettext_lazy("plural", "câu hỏi đánh giá")

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The question in the language of the screen."""
        return self.text_en if get_language() == "en" and self.text_en else self.text


class Item(models.Model):
    """A question of an audit's checklist. It has its own text, whatever happens to the bank
    question it came from."""

    class Source(models.TextChoices):
        EARLIER = "earlier", _("Từ lần đánh giá trước")
        CHANGE = "change", _("Từ thay đổi của quy trình")
        BANK = "bank", _("Ngân hàng câu hỏi")
        PROCEDURE = "procedure", _("Từ quy trình")
        OWN = "own", _("Đoàn tự thêm")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="items")
    # A line may be removed from a draft plan; its questions are kept
    row = models.ForeignKey(
        PlanRow, null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    order = models.PositiveIntegerField(default=0)
    text = models.TextField(_("câu hỏi"))
    look_at = models.TextField(_("xem bằng chứng ở đâu"), blank=True)
    fault = models.TextField(_("thế nào là chưa đạt"), blank=True)
    clause = models.CharField(_("điều khoản"), max_length=12, blank=True)
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    anchor = models.CharField(max_length=60, blank=True)
    step = models.CharField(_("bước"), max_length=60, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.OWN)
    # Assigned to one team member; if null, to all auditors of its line
    assigned = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    about = models.CharField(max_length=40, blank=True)  # finding:3, nonconformity:12: asked again

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("câu hỏi của phiếu đánh giá")

    def __str__(self) -> str:
        return self.text


class Result(models.TextChoices):
    CONFORMS = "conforms", _("Phù hợp")
    OBSERVATION = "observation", _("Điểm lưu ý")
    NONCONFORMITY = "nonconformity", _("Không phù hợp")
    NOT_APPLICABLE = "not_applicable", _("Không áp dụng")
    NOT_CHECKED = "not_checked", _("Chưa kiểm tra")


class Answer(models.Model):
    """One answer to a line of the checklist. Never changed, never deleted (triggers on
    both databases).

    `audits/answers.py` says which answers count: the newest, or several where two people answered
    from one base."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    result = models.CharField(_("kết quả"), max_length=15, choices=Result)
    note = models.TextField(_("ghi chép"), blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=now)
    entry = models.UUIDField(null=True, unique=True, editable=False)  # made on the device
    # The answer that was on the screen
    base = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    is_conflict = models.BooleanField(default=False, editable=False)
    settles = models.BooleanField(default=False, editable=False)  # the lead's choice in a conflict
    noted_at = models.DateTimeField(null=True, editable=False)  # by the device's clock
    clock_off = models.IntegerField(null=True, editable=False)  # seconds to add to that clock

    class Meta:
        ordering = ["pk"]
        verbose_name = _("câu trả lời")

    def __str__(self) -> str:
        return str(self.get_result_display())

    @property
    def key(self) -> str:
        """The answer's ID on devices; those from before devices generated IDs use their
        primary key."""
        return str(self.entry) if self.entry else f"n{self.pk}"

    @property
    def written_at(self) -> datetime.datetime:
        """When it was written: by the device's clock, corrected, but never after it arrived."""
        if self.noted_at is None:
            return self.at
        right = self.noted_at + datetime.timedelta(seconds=self.clock_off or 0)
        return min(right, self.at)


class Evidence(models.Model):
    """A file of evidence for an item, a finding or an action. Append-only, like the store."""

    audit = models.ForeignKey(Audit, null=True, on_delete=models.PROTECT, related_name="evidence")
    subject = models.CharField(max_length=40, db_index=True)  # item:7, finding:3, action:12
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("tên tệp"), max_length=255)
    caption = models.CharField(_("chú thích"), max_length=250, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)
    entry = models.UUIDField(null=True, unique=True, editable=False)  # made on the device

    class Meta:
        ordering = ["pk"]
        verbose_name = _("bằng chứng")
        constraints = [
            models.CheckConstraint(
                name="evidence_of_something",
                condition=Q(subject__startswith="item:")
                | Q(subject__startswith="finding:")
                | Q(subject__startswith="action:"),
            )
        ]

    def __str__(self) -> str:
        return self.name
