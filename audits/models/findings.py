"""Findings of an audit, and comments on them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from audits.models.audits import Audit
from audits.models.checklists import Item
from procedures.models import Version
from qms.clock import now
from qms.models import Agency, Unit, User
from qms.text.labels import label_of


class Grade(models.TextChoices):
    MAJOR = "major", _("Không phù hợp nặng")
    MINOR = "minor", _("Không phù hợp nhẹ")
    OBSERVATION = "observation", _("Điểm lưu ý")
    OPPORTUNITY = "opportunity", _("Cơ hội cải tiến")
    STRENGTH = "strength", _("Điểm mạnh")


NONCONFORMING = frozenset({Grade.MAJOR, Grade.MINOR})


class Finding(models.Model):
    """A finding: requirement, observation, grade, unit. Numbered per agency and year."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang ghi")
        TOLD = "told", _("Đã thông báo")
        ACCEPTED = "accepted", _("Đơn vị thống nhất")
        DISPUTED = "disputed", _("Đơn vị chưa thống nhất")
        UPHELD = "upheld", _("Trưởng đoàn giữ nguyên")
        DROPPED = "dropped", _("Đã rút")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="findings"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    item = models.OneToOneField(
        Item, null=True, blank=True, on_delete=models.PROTECT, related_name="finding"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("đơn vị"), on_delete=models.PROTECT, related_name="+"
    )
    clause = models.CharField(_("điều khoản"), max_length=12, blank=True)
    version = models.ForeignKey(
        Version,
        verbose_name=_("tài liệu"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    anchor = models.CharField(max_length=60, blank=True)
    step = models.CharField(_("bước"), max_length=60, blank=True)
    # The step or form within its document, whichever version (audits/repeats.py)
    same_place = models.CharField(max_length=100, blank=True, editable=False, db_index=True)
    # The step or form in whatever document of that name
    same_step = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    grade = models.CharField(_("mức"), max_length=12, choices=Grade)
    # The agency's own name of the grade when the finding was written, "" for the usual one
    grade_name = models.CharField(max_length=60, blank=True, editable=False)
    seen = models.TextField(_("điều đã thấy và bằng chứng"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.DRAFT)
    by_name = models.CharField(max_length=200, blank=True)
    told_on = models.DateField(_("ngày thông báo"), null=True, blank=True)
    history = HistoricalRecords()
    get_grade_display = label_of("grade", Grade)
    get_state_display = label_of("state", State)

    class Meta:
        ordering = ["agency_id", "-year", "number"]
        verbose_name = _("phát hiện đánh giá")
        verbose_name_plural = pgettext_lazy("plural", "phát hiện đánh giá")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "number"], name="finding_number_once"
            ),
            models.CheckConstraint(
                name="finding_names_a_requirement",
                condition=~Q(clause="") | Q(version__isnull=False),
                violation_error_message=_("Hãy ghi điều khoản hoặc tài liệu làm căn cứ."),
            ),
        ]
        indexes = [models.Index(fields=["unit", "clause"], name="finding_of_unit_and_clause")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"PH-{self.year}-{self.number:02}"

    @property
    def grade_label(self) -> str:
        return self.grade_name or str(self.get_grade_display())

    @property
    def is_nonconforming(self) -> bool:
        return self.grade in NONCONFORMING

    def get_absolute_url(self) -> str:
        return reverse("audit_finding", args=[self.pk])


class FindingNote(models.Model):
    """What the unit or the lead said about a finding. Never changed, never deleted."""

    class Kind(models.TextChoices):
        ACCEPTS = "accepts", _("Đơn vị thống nhất")
        DISPUTES = "disputes", _("Đơn vị chưa thống nhất")
        UPHOLDS = "upholds", _("Trưởng đoàn giữ nguyên")
        DROPS = "drops", _("Rút phát hiện")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ý kiến về phát hiện")

    def __str__(self) -> str:
        return str(self.get_kind_display())
