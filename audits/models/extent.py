"""Questions to others: whether a nonconformity exists elsewhere, and requests for more time."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.corrections import Action, Nonconformity
from qms.clock import now, today
from qms.models import Agency, Unit, User


class ExtentQuestion(models.Model):
    """A unit of the agency, or another agency, is asked whether the same exists there."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="extent_questions"
    )
    # Which is asked
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="+"
    )
    # Null: the whole agency, answered by its officers
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("đơn vị"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    question = models.TextField(_("câu hỏi"))
    asked_by_name = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField(_("ngày hỏi"), default=today)
    exists = models.BooleanField(_("có xảy ra"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("câu hỏi về phạm vi")
        verbose_name_plural = pgettext_lazy("plural", "câu hỏi về phạm vi")
        constraints = [
            models.UniqueConstraint(
                fields=["nonconformity", "agency", "unit"], name="extent_asked_once_of_unit"
            ),
            models.UniqueConstraint(
                fields=["nonconformity", "agency"],
                condition=Q(unit__isnull=True),
                name="extent_asked_once_of_agency",
            ),
            models.CheckConstraint(
                name="extent_answer_is_whole",
                condition=Q(exists__isnull=True, answered_on__isnull=True)
                | Q(exists__isnull=False, answered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.agency)

    def get_absolute_url(self) -> str:
        return reverse("extent_question", args=[self.pk])


class Extension(models.Model):
    """A request for more time for an action, and its answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ trả lời")
        GRANTED = "granted", _("Đã cho lùi hạn")
        REFUSED = "refused", _("Không cho lùi hạn")

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="extensions")
    due_before = models.DateField(_("hạn cũ"))
    due = models.DateField(_("hạn đề nghị"))
    reason = models.TextField(_("lý do"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.ASKED)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("đề nghị lùi hạn")
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(state="asked"), name="extension_asked_once"
            ),
            models.CheckConstraint(
                name="extension_is_later", condition=Q(due__gt=models.F("due_before"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_before:%d/%m/%Y} → {self.due:%d/%m/%Y}"
