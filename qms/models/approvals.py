"""Approvals: rules, rounds, items, seats, signatures, remarks, absences. Independent of
documents (`qms.approvals`)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from qms.clock import now
from qms.models.people import Agency, Appointment, Unit, User
from qms.models.proof import StoredFile


class Meaning(models.TextChoices):
    """The meaning of a signature."""

    REVIEWED = "reviewed", pgettext_lazy("signature", "Xem xét")
    APPROVED = "approved", pgettext_lazy("signature", "Phê duyệt")


class ApprovalRule(models.Model):
    """The steps that a kind of thing goes through; without an agency, the city's default.

    steps: [{"meaning", "who", "role", "people", "quorum", "days"}], see `qms.approvals.steps`."""

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approval_rules",
    )
    kind = models.CharField(_("loại"), max_length=60)
    steps = models.JSONField(_("các bước"), default=list)
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency_id", "kind", "pk"]
        verbose_name = _("quy tắc phê duyệt")
        verbose_name_plural = pgettext_lazy("plural", "quy tắc phê duyệt")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                name="approval_rule_once_in_agency",
                violation_error_message=_("Cơ quan đã có quy tắc cho loại này."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(agency__isnull=True),
                name="approval_rule_once_in_city",
                violation_error_message=_("Toàn thành phố đã có quy tắc cho loại này."),
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Approval(models.Model):
    """One round of one thing, or of a set under one decision, on its way through the steps of
    its rule."""

    class State(models.TextChoices):
        OPEN = "open", _("Đang lấy ý kiến và chữ ký")
        APPROVED = "approved", _("Đã phê duyệt, chờ hoàn tất")
        DONE = "done", _("Đã hoàn tất")
        RETURNED = "returned", _("Đã trả lại")
        TAKEN_BACK = "taken_back", _("Người trình đã rút lại")
        VOID = "void", _("Đã hủy")

    kind = models.CharField(max_length=40)
    rule_kind = models.CharField(max_length=60)
    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="approvals"
    )
    title = models.CharField(_("nội dung trình"), max_length=500)
    note = models.TextField(_("lời trình"), blank=True)
    rule = models.JSONField(default=list)  # the steps as they were when it was sent
    # {"1": [IDs]}: named by the officer for this approval
    chosen = models.JSONField(default=dict, blank=True)
    round = models.PositiveIntegerField(_("lần trình"), default=1)
    before = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="later"
    )
    # The first round of the thread; null for the first round itself
    first = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="approvals_sent")
    sent_by_name = models.CharField(max_length=200)
    sent_at = models.DateTimeField(_("trình lúc"), default=now)
    barred = models.ManyToManyField(User, related_name="+")  # drafters and sender
    manifest = models.CharField(max_length=64, blank=True)  # `qms.approvals.sealing`
    step = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.OPEN)
    due_on = models.DateField(_("hạn"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(_("lý do"), blank=True)  # why it was returned or made void

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("lần trình")
        verbose_name_plural = pgettext_lazy("plural", "lần trình")
        indexes = [
            models.Index(fields=["agency", "state"], name="approval_of_agency"),
            models.Index(fields=["sent_by", "state"], name="approval_of_sender"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approval", args=[self.pk])

    @property
    def thread_id(self) -> int:
        """The ID of the first round."""
        return self.first_id or self.pk

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ApprovalItem(models.Model):
    """One thing sealed in an approval: its name, and the SHA-256 of its canonical bytes in
    the store."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="items")
    subject = models.CharField(max_length=100)  # "document:12"
    title = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    owner_post = models.CharField(max_length=150, blank=True)
    is_open = models.BooleanField(default=True)  # until the approval ends or the item is taken out
    taken_out_reason = models.TextField(blank=True)
    taken_out_by_name = models.CharField(max_length=200, blank=True)
    taken_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("nội dung được trình")
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(is_open=True), name="approval_item_open_once"
            ),
            models.UniqueConstraint(
                fields=["approval", "subject"], name="approval_item_once_in_approval"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_taken_out(self) -> bool:
        return self.taken_out_at is not None


class ApprovalSeat(models.Model):
    """A signer that a step waits for, as a token that people hold by their
    appointments (`qms.approvals.seats`).

    needs: the role that a substitute must hold if no paper names them; empty if a paper
    is required."""

    # Meaningless without its approval
    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="seats")
    step = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=200, db_index=True)
    needs = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["step", "pk"]
        verbose_name = _("người cần ký")

    def __str__(self) -> str:
        return self.token


class Signature(models.Model):
    """A signature: signer, post and capacity, meaning, digests, method of proof. Never changed."""

    class Way(models.TextChoices):
        PASSWORD = "password", _("mật khẩu")
        TOTP = "totp", _("mã xác thực một lần")

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="signatures")
    step = models.PositiveSmallIntegerField()
    meaning = models.CharField(max_length=10, choices=Meaning)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200)
    # An appointment that was never valid for a whole day is deleted; the names stored here remain
    appointment = models.ForeignKey(
        Appointment,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    post = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=5, blank=True)
    agency_name = models.CharField(max_length=250)
    unit_name = models.CharField(max_length=250, blank=True)
    instead_of = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    instead_name = models.CharField(max_length=200, blank=True)
    instead_post = models.CharField(max_length=150, blank=True)
    paper = models.CharField(max_length=300, blank=True)
    sentence = models.TextField()
    manifest = models.CharField(max_length=64)
    covers = models.JSONField(default=list)  # the digests of the items, sorted
    way = models.CharField(max_length=10, choices=Way)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("chữ ký")
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "person", "manifest"], name="signature_once_over_a_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_meaning_display()}: {self.name}"


class Remark(models.Model):
    """A remark on a place of a sealed item, or the sender's answer to one. Never changed."""

    class Weight(models.TextChoices):
        MUST = "must", _("Phải sửa")
        SUGGESTION = "suggestion", _("Đề nghị")

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="remarks")
    item = models.ForeignKey(ApprovalItem, on_delete=models.PROTECT, related_name="remarks")
    answers = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    anchor = models.CharField(max_length=100, blank=True)
    weight = models.CharField(max_length=10, choices=Weight, blank=True)  # empty: an answer
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ý kiến")

    def __str__(self) -> str:
        return self.text[:60]


class Absence(models.Model):
    """An absence for some days, with a substitute who signs. The paper that allows it is given by
    number and date, or as a file, whose name is then used."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="absences"
    )
    person = models.ForeignKey(
        User, verbose_name=_("người vắng mặt"), on_delete=models.PROTECT, related_name="absences"
    )
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    substitute = models.ForeignKey(
        User, verbose_name=_("người ký thay"), on_delete=models.PROTECT, related_name="stands_in"
    )
    reason = models.CharField(_("lý do"), max_length=300)
    paper = models.CharField(
        _("văn bản cho phép"),
        max_length=300,
        blank=True,
        help_text=_("Số, ngày của văn bản giao việc ký thay."),
    )
    paper_file = models.ForeignKey(
        StoredFile,
        verbose_name=_("tệp của văn bản"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paper_file_name = models.CharField(max_length=255, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "pk"]
        verbose_name = _("thời gian vắng mặt")
        verbose_name_plural = pgettext_lazy("plural", "thời gian vắng mặt")
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
            models.CheckConstraint(
                name="absence_names_somebody_else",
                condition=~Q(substitute=F("person")),
                violation_error_message=_("Người ký thay phải là người khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.substitute}"


class SigningTry(models.Model):
    """One authentication attempt for a signature: failures are counted, and a code is accepted
    once. No secrets."""

    # Meaningless without its person
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now, db_index=True)
    failed = models.BooleanField()
    code_of = models.BigIntegerField(null=True)  # the 30-second interval whose code was used

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("lần thử ký")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code_of"],
                condition=Q(code_of__isnull=False),
                name="signing_code_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%d/%m/%Y %H:%M}"
