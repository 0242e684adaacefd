"""The personal URL at which a calendar program fetches a person's audits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.clock import now
from qms.models import User


class CalendarAddress(models.Model):
    """One per person who requested it. Only the hash of its token is stored; a new one replaces
    the old."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("lập lúc"), default=now)

    class Meta:
        verbose_name = _("địa chỉ lịch đánh giá")

    def __str__(self) -> str:
        return str(self.person)
