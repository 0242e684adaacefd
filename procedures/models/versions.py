"""Each issue of a document is a `Version`, a row that is never edited; later acts on it are
separate `VersionAct` rows."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procedures import readers, version_digest
from procedures.enums import Kind, ProcedureType, Visibility
from procedures.models.decisions import Decision
from procedures.models.documents import DocumentPage
from qms.clock import today
from qms.models import Agency, Approval, Unit, User


class VersionQuerySet(models.QuerySet["Version"]):
    """The states of versions on a day (default today), as queries.

    In force is computed from dates and acts, never stored. `procedures.standing` explains the rule,
    and implements it for versions in memory."""

    def standing(self) -> "VersionQuerySet":
        """Without versions struck out as recorded by mistake."""
        return self.filter(~_struck_out())

    def struck_out(self) -> "VersionQuerySet":
        return self.filter(_struck_out())

    def in_force(self, day: datetime.date | None = None) -> "VersionQuerySet":
        day = day or today()
        return self._not_withdrawn(day).filter(~_replaced(day), effective_on__lte=day)

    def waiting(self, day: datetime.date | None = None) -> "VersionQuerySet":
        """Issued, not yet in force, and not withdrawn by the day."""
        day = day or today()
        return self._not_withdrawn(day).filter(effective_on__gt=day)

    def replaced(self, day: datetime.date | None = None) -> "VersionQuerySet":
        day = day or today()
        return self._not_withdrawn(day).filter(_replaced(day), effective_on__lte=day)

    def withdrawn(self, day: datetime.date | None = None) -> "VersionQuerySet":
        """Withdrawn and not reinstated by the day."""
        return self.standing().filter(_withdrawn(on_day__lte=day or today()))

    def _not_withdrawn(self, day: datetime.date) -> "VersionQuerySet":
        return self.standing().filter(~_withdrawn(on_day__lte=day))

    def visible_to(self, tokens: frozenset[str]) -> "VersionQuerySet":
        """Versions readable with these access tokens (`qms.access.tokens_for`)."""
        seen = self.filter(readers.VERSION.things_for(tokens))
        still_open = readers.NARROWED.things_for(tokens)
        if not still_open:  # readers of every version
            return seen
        narrowed = VersionAct.objects.filter(kind=VersionAct.Kind.NARROWED)
        return seen.exclude(pk__in=narrowed.exclude(still_open).values("version"))


def _struck_out() -> Exists:
    return Exists(
        VersionAct.objects.filter(version=OuterRef("pk"), kind=VersionAct.Kind.STRUCK_OUT)
    )


def _withdrawn(**days: Any) -> Q:
    """Whether the last of the withdrawals and reinstatements within these days is a withdrawal."""
    turns = VersionAct.objects.filter(
        version=OuterRef("pk"),
        kind__in=[VersionAct.Kind.WITHDRAWN, VersionAct.Kind.REINSTATED],
        **days,
    )
    last = Subquery(turns.order_by("-on_day", "-pk").values("kind")[:1])
    return Q(Exact(Coalesce(last, Value("")), Value(VersionAct.Kind.WITHDRAWN.value)))


def _replaced(day: datetime.date) -> Exists:
    """Whether a later version has taken effect by the day: on its own date, or, if withdrawn before
    that, on the date of its reinstatement."""
    later = Version.objects.filter(document=OuterRef("document"), effective_on__lte=day).filter(
        Q(effective_on__gt=OuterRef("effective_on"))
        | Q(effective_on=OuterRef("effective_on"), ordinal__gt=OuterRef("ordinal"))
    )
    back = VersionAct.objects.filter(
        version=OuterRef("pk"),
        kind=VersionAct.Kind.REINSTATED,
        on_day__gte=OuterRef("effective_on"),
        on_day__lte=day,
    )
    return Exists(
        later.standing().filter(~_withdrawn(on_day__lt=OuterRef("effective_on")) | Exists(back))
    )


class Version(models.Model):
    """One issue of a document: self-contained, never changed, never deleted (triggers refuse on
    both databases)."""

    class Origin(models.TextChoices):
        ISSUED = "issued", _("Ban hành trên hệ thống")
        RECORDED = "recorded", _("Ghi nhận từ bản giấy")

    document = models.ForeignKey(
        DocumentPage, verbose_name=_("tài liệu"), on_delete=models.PROTECT, related_name="versions"
    )
    ordinal = models.PositiveIntegerField(_("phiên bản"))
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="versions"
    )
    agency_name = models.CharField(max_length=250)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=250, blank=True)
    owner_post = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    procedure_type = models.CharField(max_length=20, choices=ProcedureType, blank=True)
    field = models.CharField(max_length=150, blank=True)
    code = models.CharField(max_length=60, blank=True)
    code_key = models.CharField(max_length=80, blank=True, db_index=True)
    title = models.CharField(max_length=500)
    national_code = models.CharField(max_length=20, blank=True)
    local_tail = models.CharField(max_length=40, blank=True)
    clauses = models.JSONField(default=list)  # ["7.5", …]
    legal_basis = models.JSONField(default=list)
    review_months = models.PositiveSmallIntegerField(null=True)
    visibility = models.CharField(max_length=10, choices=Visibility)
    issue_number = models.PositiveSmallIntegerField(null=True)
    revision_number = models.PositiveSmallIntegerField(null=True)
    issued_on = models.DateField()
    effective_on = models.DateField()
    signers = models.JSONField(default=list)
    change_summary = models.TextField(blank=True)
    content = models.JSONField()
    # [{"sha256","name","mime","size","role": "original"|"form"|"picture"|"shown"}]
    files = models.JSONField(default=list)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.ISSUED)
    flags = models.JSONField(default=list)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    # The approval whose sealed bytes it was made from
    approval = models.ForeignKey(
        Approval, null=True, on_delete=models.PROTECT, related_name="versions"
    )
    # By which it was issued, if any
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="versions"
    )
    # For one recorded from paper: {"number", "dated"} or {"file": SHA-256}
    paper = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    digest_format = models.PositiveSmallIntegerField(default=version_digest.CURRENT)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-ordinal"]
        verbose_name = _("phiên bản")
        verbose_name_plural = pgettext_lazy("plural", "phiên bản")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "ordinal"], name="version_ordinal_once_in_document"
            )
        ]
        # Each covers a list's filter: rows carry their whole content and are expensive to visit.
        indexes = [
            models.Index(
                fields=["agency", "visibility", "effective_on", "document", "ordinal", "kind"],
                name="version_of_agency",
            ),
            # Everything that the list of reviews reads, without visiting rows
            models.Index(
                fields=[
                    "agency",
                    "review_months",
                    "effective_on",
                    "document",
                    "ordinal",
                    "unit",
                    "owner_post",
                ],
                name="version_to_review",
            ),
            models.Index(
                fields=[
                    "issued_on",
                    "id",
                    "visibility",
                    "agency",
                    "document",
                    "effective_on",
                    "ordinal",
                ],
                name="version_newest",
            ),
            models.Index(fields=["document", "effective_on", "ordinal"], name="version_succession"),
            models.Index(fields=["effective_on"], name="version_effective_on"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.pk])

    def compute_digest(self) -> str:
        """The SHA-256 over the version's facts, which `version_digest` lists."""
        return version_digest.compute(self)

    def shown(self, acts: Iterable["VersionAct"]) -> readers.Shown:
        """Who may read it after these acts on it: the narrowest visibility counts."""
        each = list(Visibility)
        cut = [Visibility(act.visibility) for act in acts if act.visibility]
        narrowest = max([Visibility(self.visibility), *cut], key=each.index)
        return readers.Shown(narrowest.value, self.agency_id)


class VersionAct(models.Model):
    """An act on a version after its issue. Append-only."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Thu hồi")
        REINSTATED = "reinstated", _("Khôi phục hiệu lực")
        STRUCK_OUT = "struck_out", _("Hủy bỏ do ghi nhầm")
        FILE_ADDED = "file_added", _("Bổ sung tệp")
        NARROWED = "narrowed", _("Thu hẹp phạm vi xem")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20, choices=Kind)
    on_day = models.DateField()  # the date from which it applies
    reason = models.TextField(blank=True)
    # For FILE_ADDED: as in Version.files, role "signed" | "rendered" | "attachment"
    files = models.JSONField(default=list)
    visibility = models.CharField(max_length=10, choices=Visibility, blank=True)  # for NARROWED
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    # The approval that permitted it
    approval = models.ForeignKey(
        Approval, null=True, on_delete=models.PROTECT, related_name="version_acts"
    )

    class Meta:
        ordering = ["on_day", "pk"]
        verbose_name = _("việc đã làm với phiên bản")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="narrowed", visibility__in=["city", "agency"])
                | (~Q(kind="narrowed") & Q(visibility="")),
                name="act_names_a_visibility_where_it_narrows",
            )
        ]
        indexes = [models.Index(fields=["kind", "visibility", "version"], name="act_by_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version_id}"
