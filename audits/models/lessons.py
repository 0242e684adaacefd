"""What one agency learnt from a correction that worked, offered to all."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.corrections import Nonconformity
from qms.clock import today
from qms.models import Agency


class Lesson(models.Model):
    """A closed correction retold without names of people. Readable by everybody until its agency
    withdraws it."""

    nonconformity = models.OneToOneField(
        Nonconformity, on_delete=models.PROTECT, related_name="lesson"
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="lessons"
    )
    clause = models.CharField(_("điều khoản"), max_length=12, blank=True)
    title = models.CharField(_("tên bài học"), max_length=200)
    happened = models.TextField(_("điều đã xảy ra"))
    cause = models.TextField(_("nguyên nhân"))
    done = models.TextField(_("việc đã làm"))
    worked = models.TextField(_("kết quả, nhờ đâu biết có hiệu lực"))
    words = models.TextField(editable=False)  # all of it folded, for the search
    offered_on = models.DateField(_("ngày chia sẻ"), default=today)
    withdrawn_on = models.DateField(_("ngày rút"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["words"])

    class Meta:
        ordering = ["-offered_on", "-pk"]
        verbose_name = _("bài học")
        verbose_name_plural = pgettext_lazy("plural", "bài học")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audit_lesson", args=[self.pk])
