"""Derivatives of stored files: displayable pictures, extracted text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.documents import DocumentPage
from qms.models import StoredFile


class ShownPicture(models.Model):
    """The PNG shown for a picture that browsers can't display (WMF, EMF, TIFF); empty if it could
    not be made here."""

    original = models.OneToOneField(
        StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    shown = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("hình hiển thị thay")

    def __str__(self) -> str:
        return f"{self.original_id} -> {self.shown_id}"


class FileText(models.Model):
    """The text inside a file of documents, read once for all of them: content under a SHA-256 never
    changes.

    The table is also the queue: the background process handles waiting rows
    (`procedures.derived.file_texts`)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ đọc")
        READING = "reading", _("Đang đọc")
        READ = "read", _("Đã đọc chữ")
        RECOGNISED = "recognised", _("Đã nhận dạng chữ từ ảnh quét")
        EMPTY = "empty", _("Không có chữ nào đọc được")
        UNRECOGNISED = "unrecognised", _("Ảnh quét, chưa nhận dạng được chữ")
        NOT_CONVERTED = "not_converted", _("Định dạng cũ, chưa đọc được")
        TOO_LARGE = "too_large", _("Quá lớn hoặc quá phức tạp để đọc")
        ENCRYPTED = "encrypted", _("Có mật khẩu, không đọc được")
        DAMAGED = "damaged", _("Bị hỏng, không đọc được")
        UNSUPPORTED = "unsupported", _("Định dạng không chứa chữ đọc được")

    file = models.OneToOneField(
        StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    # The documents with this file: reindexed once it has been read
    documents = models.ManyToManyField(DocumentPage, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    text = models.TextField(blank=True)
    cut = models.BooleanField(default=False)  # truncated
    unread_pages = models.PositiveIntegerField(default=0)  # image pages that were not recognised
    tools = models.CharField(max_length=60, blank=True)  # programs available when it was read
    reader = models.PositiveSmallIntegerField(default=0)  # version of the reader that read it
    tries = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=60, blank=True)  # the process that is reading it
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("chữ trong tệp")
        indexes = [models.Index(fields=["state", "made_at"], name="file_text_queue")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.state}"
