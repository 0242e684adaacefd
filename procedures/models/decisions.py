"""The decision by which an agency issues documents together: number, symbol and date, entered by
the clerk."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.clock import now
from qms.models import Agency, Approval, User


class Decision(models.Model):
    """A decision to issue ("Quyết định ban hành"). Append-only; the versions issued by it refer to
    it."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="decisions"
    )
    number = models.PositiveIntegerField(_("số"))
    symbol = models.CharField(_("ký hiệu"), max_length=60)  # QĐ-STP
    dated = models.DateField(_("ngày quyết định"))
    year = models.PositiveSmallIntegerField()  # of `dated`: numbers restart each year
    title = models.CharField(_("trích yếu"), max_length=500)
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="decision")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-dated", "-pk"]
        verbose_name = _("quyết định ban hành")
        verbose_name_plural = pgettext_lazy("plural", "quyết định ban hành")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "number", "symbol"],
                name="decision_number_once_in_year",
                violation_error_message=_("Số, ký hiệu này đã dùng trong năm."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Number and symbol in the form of Decree 30: a number below ten has a leading zero."""
        return f"{self.number:02d}/{self.symbol}"
