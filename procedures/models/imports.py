"""Files that an officer hands in to be read: batches, and the result for each file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.documents import DocumentPage
from procedures.models.versions import Version
from qms.models import Agency, StoredFile, User


class ImportBatch(models.Model):
    """Files that an officer handed in together. Nothing in it is a version before the officer accepts it."""

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
        COMPANION = (
            "companion",
            _("Tệp kèm theo"),
        )  # a PDF or XLSX: somebody's signed scan or form file

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="items")
    role = models.CharField(max_length=10, choices=Role, default=Role.DOCUMENT)
    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    reading = models.JSONField(default=dict)  # what the reader found: facts and warnings
    heavy = models.JSONField(
        default=dict
    )  # what only the review page needs: content, pictures by SHA-256, text of the original
    corrections = models.JSONField(default=dict)  # what the officer changed before accepting
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
