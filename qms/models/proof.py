"""Append-only models: stored files and the journal."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.models.people import Agency, User


class StoredFile(models.Model):
    """A file in the append-only store, under the SHA-256 of its bytes (`qms.proof.store`)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp lưu")

    def __str__(self) -> str:
        return self.sha256


class Event(models.Model):
    """One act that matters as proof. Each row has the digest of the previous one of its
    agency (`qms.proof.journal`)."""

    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["agency_id", "number"]
        verbose_name = _("sự kiện")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], name="event_number_once_in_agency"
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(agency__isnull=True),
                name="event_number_once_in_city",
            ),
        ]
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
