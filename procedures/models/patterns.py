"""Documents that the city offers to agencies as templates."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from procedures.models.documents import DocumentPage
from qms.models import User


class CityTemplate(models.Model):
    """A document from which every agency may start its own; always its version in force, never its
    draft."""

    document = models.OneToOneField(
        DocumentPage, verbose_name=_("tài liệu"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("dùng khi nào"), max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mẫu của thành phố")
        verbose_name_plural = pgettext_lazy("plural", "mẫu của thành phố")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.document_id}"
