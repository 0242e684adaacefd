"""Whether an agency still takes in documents issued on paper: open from its creation, closed by its
head, reopened for some days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.clock import now
from qms.models import Agency, Approval, User


class TakingIn(models.Model):
    """A closing or reopening. Append-only; an agency's last one counts."""

    class Act(models.TextChoices):
        CLOSED = "closed", _("Đóng tiếp nhận bản giấy")
        REOPENED = "reopened", _("Mở lại tiếp nhận bản giấy")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act)
    until = models.DateField(null=True)  # the last day of a reopening
    reason = models.TextField(blank=True)
    # The approval whose signatures closed it
    approval = models.ForeignKey(Approval, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tiếp nhận bản giấy")
        constraints = [
            models.CheckConstraint(
                condition=Q(act="reopened", until__isnull=False)
                | Q(act="closed", until__isnull=True),
                name="taking_in_is_reopened_until_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.agency_id}"
