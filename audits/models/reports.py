"""The report of an audit: its handwritten text, its state, and facts that became known after it
was signed."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit
from qms.clock import now
from qms.models import Approval, User


class Report(models.Model):
    """The text of a report. The rest is built from the audit (`audits/report`) and sealed when it
    is sent."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="report")
    summary = models.TextField(_("tóm tắt"), blank=True)
    strengths = models.TextField(_("điểm mạnh"), blank=True)
    conclusion = models.TextField(_("kết luận"), blank=True)
    proposals = models.TextField(_("kiến nghị"), blank=True)
    # The round it was sent in last
    approval = models.ForeignKey(
        Approval, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    accepted_on = models.DateField(_("ngày chấp nhận"), null=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("báo cáo đánh giá")
        verbose_name_plural = pgettext_lazy("plural", "báo cáo đánh giá")

    def __str__(self) -> str:
        return str(self.audit)

    def get_absolute_url(self) -> str:
        return reverse("audit_report", args=[self.audit_id])


class LaterFact(models.Model):
    """A fact that became known after the report was signed, appended to the unchanged report. Never
    changed, never deleted."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="later_facts")
    text = models.TextField(_("thông tin bổ sung"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("thông tin sau báo cáo")

    def __str__(self) -> str:
        return self.text[:60]
