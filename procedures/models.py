"""Controlled documents: the working draft is a Wagtail page under its agency's page; each issue of it is a `Version`,
a row that nothing ever edits; what happens to a version later is a `VersionAct` of its own."""

import datetime
import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester

from procedures import draft, forms, panels
from procedures.blocks import DocumentBody
from qms.clock import today
from qms.codes import code_key
from qms.models import Agency, StoredFile, Unit, User
from search import pending


class Kind(models.TextChoices):
    PROCEDURE = "procedure", _("Quy trình")
    FORM = "form", _("Biểu mẫu")
    POLICY = "policy", _("Chính sách chất lượng")
    OBJECTIVES = "objectives", _("Mục tiêu chất lượng")
    MANUAL = "manual", _("Sổ tay chất lượng")
    INSTRUCTION = "instruction", _("Hướng dẫn công việc")
    REGULATION = "regulation", _("Quy định, quy chế")
    OTHER = "other", _("Tài liệu khác")


class ProcedureType(models.TextChoices):
    SYSTEM = "system", _("Quy trình hệ thống")
    INTERNAL = "internal", _("Quy trình nội bộ")
    ADMINISTRATIVE = "administrative", _("Quy trình giải quyết thủ tục hành chính")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Công khai")
    CITY = "city", _("Mọi cơ quan của thành phố")
    AGENCY = "agency", _("Chỉ cơ quan này")


# Codes of flags that say how a file was read; the others are for a person to look at.
REMARKS = frozenset({"picture_without_description", "converted", "macros_dropped", "unknown_section"})


class SignerRole(models.TextChoices):
    DRAFTED = "drafted", _("Soạn thảo")
    REVIEWED = "reviewed", _("Xem xét")
    APPROVED = "approved", _("Phê duyệt")


class Clause(models.Model):
    """A clause of an edition of the standard: its number and a title in our own words."""

    edition = models.CharField(_("ấn bản"), max_length=30, default="ISO 9001:2015")
    number = models.CharField(_("số điều khoản"), max_length=20)
    title = models.CharField(_("tên điều khoản"), max_length=250)
    sort_key = models.CharField(max_length=40, db_index=True)

    class Meta:
        ordering = ["edition", "sort_key"]
        verbose_name = _("điều khoản")
        verbose_name_plural = pgettext_lazy("plural", "điều khoản")
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="clause_once_in_edition")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class DocumentPermissions(PagePermissionTester):
    """Publishing by hand is closed to everybody: a version is issued by our own step alone (design, point 4)."""

    def can_edit(self) -> bool:
        from procedures import rules

        return rules.may_edit_draft(self.user, self.page)

    def can_view_revisions(self) -> bool:
        return self.can_edit()

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        from procedures import rules

        return rules.may_delete_draft(self.user, self.page) and not Version.objects.filter(document_id=self.page.pk).exists()

    def can_lock(self) -> bool:
        return False

    def can_unlock(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_copy(self) -> bool:
        return False


class DocumentPage(Page):
    """The working draft of a controlled document, and the document's identity (its id never changes).

    The row always equals the newest draft: `save_revision` keeps it so, since the page is never published."""

    agency = models.ForeignKey(Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="documents", editable=False)
    kind = models.CharField(_("loại tài liệu"), max_length=20, choices=Kind, default=Kind.OTHER)
    long_title = models.CharField(max_length=500, blank=True, editable=False)  # the whole title, where it is too long for a page's
    code = models.CharField(_("mã hiệu"), max_length=60, blank=True)
    code_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    unit = models.ForeignKey(Unit, verbose_name=_("đơn vị chủ trì"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_post = models.CharField(
        _("người chịu trách nhiệm quá trình"), max_length=150, blank=True, help_text=_("Chức danh, ví dụ: Trưởng phòng Hành chính tư pháp.")
    )
    clauses = ParentalManyToManyField(Clause, verbose_name=_("điều khoản tiêu chuẩn"), blank=True)
    legal_basis = models.JSONField(_("căn cứ pháp lý"), default=list, blank=True)  # ["19/2014/QĐ-TTg", …] in order of citation
    review_months = models.PositiveSmallIntegerField(_("chu kỳ soát xét (tháng)"), null=True, blank=True, default=12)
    visibility = models.CharField(_("phạm vi xem"), max_length=10, choices=Visibility, default=Visibility.CITY)
    issue_number = models.PositiveSmallIntegerField(_("lần ban hành"), null=True, blank=True)
    revision_number = models.PositiveSmallIntegerField(_("lần sửa đổi"), null=True, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    effective_on = models.DateField(_("ngày hiệu lực"), null=True, blank=True)
    signers = models.JSONField(_("người ký"), default=list, blank=True)  # [{"role", "name", "post"}]
    change_summary = models.TextField(_("nội dung sửa đổi"), blank=True)
    body = StreamField(DocumentBody(), verbose_name=_("nội dung"), blank=True)
    source = models.ForeignKey(StoredFile, verbose_name=_("tệp gốc"), null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False)
    source_name = models.CharField(max_length=255, blank=True, editable=False)
    flags = models.JSONField(default=list, blank=True, editable=False)  # warnings of the import still to look at: [{"code","message","values"}]
    issued_revision_id = models.PositiveBigIntegerField(null=True, editable=False)  # the draft from which the last version was made

    is_creatable = False
    search_fields: list = []
    search_auto_update = False
    wagtail_reference_index_ignore = True
    parent_page_types = ["qms.AgencyPage"]
    subpage_types: list[str] = []
    promote_panels: list = []
    settings_panels: list = []
    edit_handler = panels.general()
    base_form_class = forms.DocumentForm

    class Meta:
        verbose_name = _("tài liệu")
        verbose_name_plural = pgettext_lazy("plural", "tài liệu")

    DRAFT_FIELDS = (
        "title", "long_title", "kind", "code", "code_key", "unit", "owner_post", "legal_basis", "review_months", "visibility", "issue_number", "revision_number",
        "issued_on", "effective_on", "signers", "change_summary", "body", "source", "source_name", "flags",
    )  # fmt: skip

    KEPT_FIELDS = ("agency_id", "flags", "issued_revision_id")  # of the document, not of one draft of it

    @property
    def full_title(self) -> str:
        return self.long_title or self.title

    def set_title(self, title: str) -> None:
        """Takes the whole title; Wagtail's own field holds its beginning where it is longer than 255 characters."""
        self.long_title = title if len(title) > 255 else ""
        self.title = title if len(title) <= 255 else title[:250].rsplit(" ", 1)[0] + " …"
        self.draft_title = self.title

    def recognise_legal_basis(self) -> None:
        """Reads again from the text which documents it cites."""
        from procedures.content import section_text
        from procedures.word.legal import cited

        content = draft.to_content(self.body)
        text = "\n".join(section_text(section) for section in content["sections"] if section["place"] != "margin")
        self.legal_basis = cited(text, self.agency.name, (self.code,))

    def get_admin_display_title(self) -> str:
        return f"{self.code} {self.full_title}".strip()

    def with_content_json(self, content: dict[str, Any]) -> "DocumentPage":
        """An earlier draft of this document; what belongs to the document itself stays as it is now."""
        earlier = super().with_content_json(content)
        for name in self.KEPT_FIELDS:
            setattr(earlier, name, getattr(self, name))
        return earlier

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        from procedures.preview import serve_preview

        return serve_preview(request, self)

    # A draft newer than what was last issued
    OPEN_DRAFT = models.Q(latest_revision__isnull=False) & (models.Q(issued_revision_id=None) | ~models.Q(latest_revision_id=models.F("issued_revision_id")))

    @property
    def has_open_draft(self) -> bool:
        """What OPEN_DRAFT asks of the database."""
        return self.latest_revision_id is not None and self.latest_revision_id != self.issued_revision_id

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        return DocumentPermissions(user, self)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = code_key(self.code)
        super().full_clean(*args, **kwargs)

    def save_revision(self, *args: Any, overwrite_revision: Any = None, **kwargs: Any) -> Any:
        """Keeps the row equal to the newest draft, and never writes over a revision that was issued (autosave would)."""
        if overwrite_revision is not None and overwrite_revision.pk == self.issued_revision_id:
            overwrite_revision = None
        self.code_key = code_key(self.code)
        revision = super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)
        own = {f.name for f in type(self)._meta.local_fields} - {"documentpage_ptr"}
        self.save(update_fields=sorted({*self.DRAFT_FIELDS, *own, "clauses"}), clean=False)
        pending.mark("draft", self.pk)
        self.expect_texts()
        return revision

    def expect_texts(self) -> None:
        """Has the text inside the draft's files read in the background."""

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    def get_url_parts(self, request: Any = None) -> None:
        return None  # readers meet versions, never the page


class ProcedurePage(DocumentPage):
    procedure_type = models.CharField(_("loại quy trình"), max_length=20, choices=ProcedureType, default=ProcedureType.INTERNAL)
    national_code = models.CharField(_("mã thủ tục hành chính"), max_length=20, blank=True, help_text=_("Mã quốc gia, ví dụ 1.001193."))
    local_tail = models.CharField(_("phần đuôi địa phương"), max_length=40, blank=True, help_text=_("Ví dụ H57 hoặc 000.00.00.H57."))
    field = models.CharField(_("lĩnh vực"), max_length=150, blank=True)

    is_creatable = True
    edit_handler = panels.procedure()
    base_form_class = forms.ProcedureForm

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = pgettext_lazy("plural", "quy trình")


class FormPage(DocumentPage):
    procedure = models.ForeignKey(ProcedurePage, verbose_name=_("thuộc quy trình"), null=True, blank=True, on_delete=models.SET_NULL, related_name="form_pages")
    file = models.ForeignKey(StoredFile, verbose_name=_("tệp biểu mẫu"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("tên tệp"), max_length=255, blank=True)

    is_creatable = True
    edit_handler = panels.form()
    base_form_class = forms.FormDocumentForm

    class Meta:
        verbose_name = _("biểu mẫu")
        verbose_name_plural = pgettext_lazy("plural", "biểu mẫu")

    def expect_texts(self) -> None:
        from procedures import attached

        attached.expect(self.pk, attached.of_draft(self))


class GeneralPage(DocumentPage):
    """Policy, objectives, manual, instruction, regulation and whatever else is controlled."""

    is_creatable = True
    base_form_class = forms.GeneralForm

    class Meta:
        verbose_name = _("tài liệu chung")
        verbose_name_plural = pgettext_lazy("plural", "tài liệu chung")


class VersionQuerySet(models.QuerySet["Version"]):
    """In force is computed from dates and acts, never stored (design, point 3)."""

    def standing(self) -> "VersionQuerySet":
        """Without what was struck out as recorded by mistake."""
        return self.filter(~Exists(VersionAct.objects.filter(version=OuterRef("pk"), kind=VersionAct.Kind.STRUCK_OUT)))

    def in_force(self, day: datetime.date | None = None) -> "VersionQuerySet":
        """What is in force on `day` (today without one): effective by then, not replaced by then, not withdrawn then."""
        day = day or today()
        later = (
            Version.objects.filter(document=OuterRef("document"), effective_on__lte=day)
            .filter(Q(effective_on__gt=OuterRef("effective_on")) | Q(effective_on=OuterRef("effective_on"), ordinal__gt=OuterRef("ordinal")))
            .standing()
        )
        last = VersionAct.objects.filter(version=OuterRef("pk"), on_day__lte=day, kind__in=[VersionAct.Kind.WITHDRAWN, VersionAct.Kind.REINSTATED]).order_by(
            "-on_day", "-pk"
        )
        return (
            self.standing()
            .filter(effective_on__lte=day)
            .filter(~Exists(later))
            .annotate(last_act=Subquery(last.values("kind")[:1]))
            .filter(Q(last_act__isnull=True) | ~Q(last_act=VersionAct.Kind.WITHDRAWN))
        )

    def waiting(self, day: datetime.date | None = None) -> "VersionQuerySet":
        """Issued, not yet in force."""
        return self.standing().filter(effective_on__gt=day or today())

    def visible_to(self, tokens: frozenset[str]) -> "VersionQuerySet":
        """What somebody with these access tokens (`qms.access.tokens_for`) may read."""
        if "issued" in tokens:
            return self
        agencies = [int(t.partition(":")[2]) for t in tokens if t.startswith("agency:")]
        seen = Q(visibility=Visibility.PUBLIC) | Q(agency__in=agencies)
        if "city" in tokens:
            seen |= Q(visibility=Visibility.CITY)
        return self.filter(seen)


class Version(models.Model):
    """One issue of a document: everything in itself, never changed, never deleted (triggers refuse on both databases)."""

    class Origin(models.TextChoices):
        ISSUED = "issued", _("Ban hành trên hệ thống")
        RECORDED = "recorded", _("Ghi nhận từ bản giấy")

    document = models.ForeignKey(DocumentPage, verbose_name=_("tài liệu"), on_delete=models.PROTECT, related_name="versions")
    ordinal = models.PositiveIntegerField(_("phiên bản"))
    agency = models.ForeignKey(Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="versions")
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
    files = models.JSONField(default=list)  # [{"sha256","name","mime","size","role": "original"|"form"|"picture"|"shown"}]
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.ISSUED)
    flags = models.JSONField(default=list)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-ordinal"]
        verbose_name = _("phiên bản")
        verbose_name_plural = pgettext_lazy("plural", "phiên bản")
        constraints = [models.UniqueConstraint(fields=["document", "ordinal"], name="version_ordinal_once_in_document")]
        # Each covers what a list asks before it knows its rows: a row carries its whole content and is dear to visit.
        indexes = [
            models.Index(fields=["agency", "visibility", "effective_on", "document", "ordinal", "kind"], name="version_of_agency"),
            models.Index(fields=["issued_on", "id", "visibility", "agency", "document", "effective_on", "ordinal"], name="version_newest"),
            models.Index(fields=["document", "effective_on", "ordinal"], name="version_succession"),
            models.Index(fields=["effective_on"], name="version_effective_on"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.pk])

    def compute_digest(self) -> str:
        """SHA-256 over all that the version says, in a canonical form."""
        facts = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if f.attname not in {"id", "digest"}}
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=lambda v: v.isoformat())
        return hashlib.sha256(text.encode()).hexdigest()


class VersionAct(models.Model):
    """What happened to a version after it was made. Only ever added."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Thu hồi")
        REINSTATED = "reinstated", _("Khôi phục hiệu lực")
        STRUCK_OUT = "struck_out", _("Hủy bỏ do ghi nhầm")
        FILE_ADDED = "file_added", _("Bổ sung tệp")

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20, choices=Kind)
    on_day = models.DateField()  # from this day on it holds
    reason = models.TextField(blank=True)
    files = models.JSONField(default=list)  # for FILE_ADDED: as in Version.files, role "signed" | "rendered" | "attachment"
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on_day", "pk"]
        verbose_name = _("việc đã làm với phiên bản")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version_id}"


class ImportBatch(models.Model):
    """Files that an officer handed in together. Nothing in it is a version before the officer accepts it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="import_batches")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    as_issued = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("đợt nhập")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ImportItem(models.Model):
    """One file of a batch and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ đọc")
        READING = "reading", _("Đang đọc")
        READ = "read", _("Chờ kiểm tra")
        REFUSED = "refused", _("Không đọc được")
        UNCHANGED = "unchanged", _("Đã có, không đổi")
        ACCEPTED = "accepted", _("Đã nhận")
        SKIPPED = "skipped", _("Đã bỏ qua")
        TAKEN_BACK = "taken_back", _("Đã rút lại")

    class Role(models.TextChoices):
        DOCUMENT = "document", _("Tài liệu")
        COMPANION = "companion", _("Tệp kèm theo")  # a PDF or XLSX: somebody's signed scan or form file

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="items")
    role = models.CharField(max_length=10, choices=Role, default=Role.DOCUMENT)
    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    reading = models.JSONField(default=dict)  # what the reader found: facts and warnings
    heavy = models.JSONField(default=dict)  # what only the review page needs: content, pictures by SHA-256, text of the original
    corrections = models.JSONField(default=dict)  # what the officer changed before accepting
    error = models.TextField(blank=True)
    document = models.ForeignKey(DocumentPage, null=True, on_delete=models.SET_NULL, related_name="import_items")
    revision_id = models.PositiveBigIntegerField(null=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="import_items")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tệp nhập")

    def __str__(self) -> str:
        return self.name


class ShownPicture(models.Model):
    """The PNG that is shown for a picture no browser draws (WMF, EMF, TIFF); none where it could not be made here."""

    original = models.OneToOneField(StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="+")
    shown = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("hình hiển thị thay")

    def __str__(self) -> str:
        return f"{self.original_id} -> {self.shown_id}"


class FileText(models.Model):
    """The text inside a file that hangs on documents, read once for all of them: what lies under a SHA-256 never changes.

    A waiting row is its own place in the queue; the background process empties it (`procedures.attached`)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ đọc")
        READING = "reading", _("Đang đọc")
        READ = "read", _("Đã đọc chữ")
        RECOGNISED = "recognised", _("Đã nhận dạng chữ từ ảnh quét")
        EMPTY = "empty", _("Không có chữ nào đọc được")
        UNRECOGNISED = "unrecognised", _("Ảnh quét, chưa nhận dạng được chữ")
        NOT_CONVERTED = "not_converted", _("Định dạng cũ, chưa đọc được")
        TOO_LARGE = "too_large", _("Quá lớn hoặc quá phức tạp để đọc")
        ENCRYPTED = "encrypted", _("Có mật khẩu, không đọc được")
        DAMAGED = "damaged", _("Bị hỏng, không đọc được")
        UNSUPPORTED = "unsupported", _("Định dạng không chứa chữ đọc được")

    file = models.OneToOneField(StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="+")
    documents = models.ManyToManyField(DocumentPage, related_name="+")  # on which it hangs: told to the index when it has been read
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    text = models.TextField(blank=True)
    cut = models.BooleanField(default=False)  # there was more than is kept
    unread_pages = models.PositiveIntegerField(default=0)  # pictures of pages that were not recognised
    tools = models.CharField(max_length=60, blank=True)  # programs that were there when it was read
    reader = models.PositiveSmallIntegerField(default=0)  # the reader that read it
    tries = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=60, blank=True)  # the name under which who reads it is present
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("chữ trong tệp")
        indexes = [models.Index(fields=["state", "made_at"], name="file_text_queue")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.state}"
