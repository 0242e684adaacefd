"""Invitations to lines and meetings of a plan: recipient of the calendar file, times, and the
auditee's answer."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit, Meeting, PlanRow
from qms.models import User


class Invitation(models.Model):
    """One person's invitation to one line or meeting. Its UID is permanent; each mailed change has the next
    sequence (RFC 5546)."""

    class Side(models.TextChoices):
        AUDITOR = "auditor", _("Đoàn đánh giá")
        AUDITEE = "auditee", _("Bên được đánh giá")

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ trả lời")
        ACCEPTED = "accepted", _("Đã nhận lời")
        ANOTHER_TIME = "another_time", _("Đề nghị đổi giờ")
        KEPT = "kept", _("Giữ nguyên giờ")
        CANCELLED = "cancelled", _("Đã hủy")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="invitations")
    # Null once the line was removed from the plan
    row = models.ForeignKey(
        PlanRow, null=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    # Of the opening or closing meeting instead of a line
    meeting = models.ForeignKey(
        Meeting, null=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_invitations")
    side = models.CharField(max_length=10, choices=Side)
    uid = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField(default=0)
    summary = models.CharField(max_length=600)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    state = models.CharField(_("tình trạng"), max_length=12, choices=State, default=State.ASKED)
    reason = models.TextField(_("lý do đề nghị đổi giờ"), blank=True)
    answer = models.TextField(_("trả lời của đoàn"), blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("lời mời đánh giá")
        constraints = [
            models.UniqueConstraint(fields=["uid", "person"], name="invited_once_to_a_line")
        ]
        indexes = [models.Index(fields=["person", "state"], name="invitation_of_person")]

    def __str__(self) -> str:
        return self.summary

    def get_absolute_url(self) -> str:
        return reverse("audit_invitation", args=[self.pk])

    @property
    def what(self) -> str:
        """The summary, with a meeting named in the reader's language."""
        return f"{self.audit} – {self.meeting}" if self.meeting else self.summary

    @property
    def is_auditees(self) -> bool:
        return self.side == self.Side.AUDITEE
