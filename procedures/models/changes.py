"""Change requests, and the amendment log of a document: one line per version."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from procedures.models.documents import DocumentPage
from procedures.models.versions import Version
from qms.clock import now
from qms.models import Agency, StoredFile, User


class ChangeRequest(models.Model):
    """A requested change to a document, and the answer of the agency's officer."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xem xét")
        ACCEPTED = "accepted", _("Đã nhận vào bản thảo")
        JOINED = "joined", _("Đã gộp vào yêu cầu khác")
        DECLINED = "declined", _("Không nhận")
        TAKEN_BACK = "taken_back", _("Người gửi rút lại")
        DONE = "done", _("Đã sửa trong phiên bản mới")

    document = models.ForeignKey(
        DocumentPage,
        verbose_name=_("tài liệu"),
        on_delete=models.PROTECT,
        related_name="change_requests",
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="+"
    )
    # The version that the person read
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=600)  # the document's code and title at that time
    anchor = models.CharField(max_length=200, blank=True)
    place = models.CharField(_("chỗ cần sửa"), max_length=250, blank=True)
    what = models.TextField(_("cần sửa gì"))
    why = models.TextField(_("lý do"), blank=True)
    proposed = models.TextField(_("câu chữ đề nghị"), blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(_("tên tệp"), max_length=255, blank=True)
    source = models.CharField(max_length=40, default="reader")  # reader, review:2, action:7
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(_("người gửi"), max_length=200, blank=True)
    by_agency_name = models.CharField(_("cơ quan của người gửi"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("gửi lúc"), default=now)
    state = models.CharField(_("tình trạng"), max_length=12, choices=State, default=State.OPEN)
    joined_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined"
    )
    answer = models.TextField(_("trả lời"), blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    done_in = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_done"
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("yêu cầu sửa đổi")
        verbose_name_plural = pgettext_lazy("plural", "yêu cầu sửa đổi")
        constraints = [
            models.CheckConstraint(
                name="change_request_joined_to_another",
                condition=Q(state="joined", joined_to__isnull=False)
                | Q(state="done")
                | (~Q(state="joined") & Q(joined_to__isnull=True)),
            ),
            models.CheckConstraint(
                name="change_request_not_joined_to_itself", condition=~Q(joined_to=F("id"))
            ),
            models.CheckConstraint(
                name="change_request_done_in_a_version",
                condition=Q(state="done", done_in__isnull=False)
                | (~Q(state="done") & Q(done_in__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="change_request_of_agency"),
            models.Index(fields=["document", "state"], name="change_request_of_document"),
            models.Index(fields=["by", "state"], name="change_request_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("change_request", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Whether it still awaits an answer or a version."""
        return self.state in {self.State.OPEN, self.State.ACCEPTED, self.State.JOINED}


class AmendmentDraft(models.Model):
    """The line of the next version as entered by hand. Valid until a further version is made
    (`after`)."""

    # Deleted with a document that was never issued
    document = models.OneToOneField(
        DocumentPage, on_delete=models.CASCADE, related_name="amendment_draft"
    )
    after = models.PositiveIntegerField()  # the ordinal of the last version at that time
    place = models.CharField(_("chỗ sửa"), max_length=500, blank=True)
    summary = models.TextField(_("nội dung sửa đổi"), blank=True)

    class Meta:
        verbose_name = _("dòng theo dõi sửa đổi")

    def __str__(self) -> str:
        return self.summary


class Amendment(models.Model):
    """A line of the amendment log: what a version changed, and where. Append-only."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="amendment")
    number = models.PositiveSmallIntegerField(_("lần sửa đổi"), null=True)
    day = models.DateField(_("ngày"))
    place = models.CharField(_("chỗ sửa"), max_length=500, blank=True)
    summary = models.TextField(_("nội dung sửa đổi"), blank=True)

    class Meta:
        ordering = ["version"]
        verbose_name = _("dòng theo dõi sửa đổi")

    def __str__(self) -> str:
        return self.summary
