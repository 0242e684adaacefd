"""Files uploaded by an officer for reading: batches, and the result for each file."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from procedures.models.documents import DocumentPage
from procedures.models.versions import Version
from qms.models import Agency, StoredFile, User


class ImportBatch(models.Model):
    """Files that an officer uploaded together. None becomes a version before the officer accepts
    it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="import_batches")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    as_issued = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("đợt nhập")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ImportItem(models.Model):
    """One file of a batch and its result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ đọc")
        READING = "reading", _("Đang đọc")
        READ = "read", _("Chờ kiểm tra")
        REFUSED = "refused", _("Không đọc được")
        UNCHANGED = "unchanged", _("Đã có, không đổi")
        ACCEPTED = "accepted", _("Đã nhận")
        SKIPPED = "skipped", _("Đã bỏ qua")
        TAKEN_BACK = "taken_back", _("Đã rút lại")

    class Role(models.TextChoices):
        DOCUMENT = "document", _("Tài liệu")
        # A PDF or XLSX: a signed scan or form file
        COMPANION = (
            "companion",
            _("Tệp kèm theo"),
        )

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="items")
    role = models.CharField(max_length=10, choices=Role, default=Role.DOCUMENT)
    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    reading = models.JSONField(default=dict)  # the reader's results: facts and warnings
    # For the review page only: content, pictures by SHA-256, text of the original
    heavy = models.JSONField(default=dict)
    corrections = models.JSONField(default=dict)  # the officer's corrections before accepting
    error = models.TextField(blank=True)
    document = models.ForeignKey(
        DocumentPage, null=True, on_delete=models.SET_NULL, related_name="import_items"
    )
    revision_id = models.PositiveBigIntegerField(null=True)
    version = models.ForeignKey(
        Version, null=True, on_delete=models.PROTECT, related_name="import_items"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tệp nhập")

    def __str__(self) -> str:
        return self.name


class ImportRule(models.Model):
    """A rule for reading an agency's papers: taught by a correction, applied to all later files,
    switched off if misleading."""

    class Sort(models.TextChoices):
        LABEL = "label", _("Nhãn")
        BELOW = "below", _("Nhãn ở trên")
        COLUMN = "column", _("Cột của bảng")
        SPOT = "spot", _("Vị trí")

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="import_rules"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Sort)
    meaning = models.CharField(_("nghĩa là"), max_length=40)  # procedures.word.rules
    phrase = models.CharField(_("chữ trong tệp"), max_length=200)
    headings = models.JSONField(default=list, blank=True)  # of the table it was taught with
    is_on = models.BooleanField(_("đang dùng"), default=True)
    source = models.CharField(_("từ tệp"), max_length=255, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency", "kind", "meaning", "phrase", "pk"]
        verbose_name = _("quy tắc đọc")
        verbose_name_plural = _("quy tắc đọc")

    def __str__(self) -> str:
        return self.phrase

    def as_data(self) -> dict[str, Any]:
        """The rule in the form the reader expects."""
        return {
            "kind": self.kind,
            "meaning": self.meaning,
            "phrase": self.phrase,
            "headings": self.headings,
        }
