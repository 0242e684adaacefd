"""The working draft of a controlled document: a Wagtail page under its agency's page."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.locks import BaseLock
from wagtail.models import Page, PagePermissionTester

from procedures import rules, standard
from procedures.content import legal, stream
from procedures.editor import forms, panels
from procedures.editor.blocks import DocumentBody
from procedures.enums import Kind, ProcedureType, Visibility
from qms.approvals import queries
from qms.errors import Refused
from qms.models import Agency, Approval, StoredFile, Unit, User
from qms.text.codes import code_key
from search.queue import pending


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
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="clause_once_in_edition")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title_in_words}"

    @property
    def title_in_words(self) -> str:
        """The title in the user's language."""
        return standard.in_words(self.edition, self.number, self.title)


class DocumentPermissions(PagePermissionTester):
    """Manual publishing is closed to everybody: only our own step issues a version."""

    def can_edit(self) -> bool:
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
        return (
            rules.may_delete_draft(self.user, self.page)
            and not DocumentPage.objects.filter(pk=self.page.pk, versions__isnull=False).exists()
        )

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


class ApprovalLock(BaseLock):
    """Wagtail's mechanism to close a page to saving: its draft is in an approval."""

    def __init__(self, page: "DocumentPage", approval: Approval) -> None:
        super().__init__(page)
        self.approval = approval

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> str:
        return str(
            _("Bản thảo đang được trình duyệt (%(name)s trình) nên không sửa được.")
            % {"name": self.approval.sent_by_name}
        )


class DocumentPage(Page):
    """The working draft of a controlled document, and the document's identity (its id
    never changes).

    The row always equals the newest draft: `save_revision` keeps it so, since the page is
    never published."""

    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        on_delete=models.PROTECT,
        related_name="documents",
        editable=False,
    )
    kind = models.CharField(_("loại tài liệu"), max_length=20, choices=Kind, default=Kind.OTHER)
    # The whole title, if too long for a page's
    long_title = models.CharField(max_length=500, blank=True, editable=False)
    code = models.CharField(_("mã hiệu"), max_length=60, blank=True)
    code_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("đơn vị chủ trì"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner_post = models.CharField(
        _("người chịu trách nhiệm quá trình"),
        max_length=150,
        blank=True,
        help_text=_("Chức danh, ví dụ: Trưởng phòng Hành chính tư pháp."),
    )
    clauses = ParentalManyToManyField(Clause, verbose_name=_("điều khoản tiêu chuẩn"), blank=True)
    # ["19/2014/QĐ-TTg", …] in order of citation
    legal_basis = models.JSONField(_("căn cứ pháp lý"), default=list, blank=True)
    review_months = models.PositiveSmallIntegerField(
        _("chu kỳ soát xét (tháng)"), null=True, blank=True, default=12
    )
    visibility = models.CharField(
        _("phạm vi xem"), max_length=10, choices=Visibility, default=Visibility.CITY
    )
    issue_number = models.PositiveSmallIntegerField(_("lần ban hành"), null=True, blank=True)
    revision_number = models.PositiveSmallIntegerField(_("lần sửa đổi"), null=True, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    effective_on = models.DateField(_("ngày hiệu lực"), null=True, blank=True)
    # Each has "role", "name" and "post"
    signers = models.JSONField(_("người ký"), default=list, blank=True)
    change_summary = models.TextField(_("nội dung sửa đổi"), blank=True)
    body = StreamField(DocumentBody(), verbose_name=_("nội dung"), blank=True)
    source = models.ForeignKey(
        StoredFile,
        verbose_name=_("tệp gốc"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    source_name = models.CharField(max_length=255, blank=True, editable=False)
    # Unchecked warnings of the import: [{"code","message","values"}]
    flags = models.JSONField(default=list, blank=True, editable=False)
    # The draft from which the last version was made
    issued_revision_id = models.PositiveBigIntegerField(null=True, editable=False)
    # IDs of everybody who saved the draft since the last version: revisions can be purged
    drafters = models.JSONField(default=list, blank=True, editable=False)

    # Set by the step that issues, which writes numbers and days into the draft
    being_issued = False

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

    # Of the document, not of one draft of it
    KEPT_FIELDS = (
        "agency_id",
        "drafters",
        "flags",
        "issued_revision_id",
    )

    @property
    def full_title(self) -> str:
        return self.long_title or self.title

    def set_title(self, title: str) -> None:
        """Sets the whole title; Wagtail's own field holds the first 255 characters."""
        self.long_title = title if len(title) > 255 else ""
        self.title = title if len(title) <= 255 else title[:250].rsplit(" ", 1)[0] + " …"
        self.draft_title = self.title

    def recognise_legal_basis(self) -> None:
        """Extracts again from the text which documents it cites."""
        content = stream.to_content(self.body)
        self.legal_basis = legal.basis_of(content, self.agency.name, (self.code,))

    def get_admin_display_title(self) -> str:
        return f"{self.code} {self.full_title}".strip()

    def with_content_json(self, content: dict[str, Any]) -> "DocumentPage":
        """An earlier draft of this document; the document's own fields keep their value."""
        earlier = super().with_content_json(content)
        for name in self.KEPT_FIELDS:
            setattr(earlier, name, getattr(self, name))
        return earlier

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        from procedures.officer.preview import serve_preview  # noqa: PLC0415 - that module imports this one

        return serve_preview(request, self)

    # a draft newer than the last issue
    OPEN_DRAFT = models.Q(latest_revision__isnull=False) & (
        models.Q(issued_revision_id=None)
        | ~models.Q(latest_revision_id=models.F("issued_revision_id"))
    )

    @property
    def has_open_draft(self) -> bool:
        """OPEN_DRAFT in memory."""
        return (
            self.latest_revision_id is not None
            and self.latest_revision_id != self.issued_revision_id
        )

    def get_lock(self) -> BaseLock | None:
        """While its draft is in an approval, the editor is closed to everybody."""
        approval = queries.open_for(f"document:{self.pk}") if self.pk else None
        return ApprovalLock(self, approval) if approval is not None else None

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        return DocumentPermissions(user, self)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = code_key(self.code)
        super().full_clean(*args, **kwargs)

    @transaction.atomic
    def save_revision(
        self, user: Any = None, *args: Any, overwrite_revision: Any = None, **kwargs: Any
    ) -> Any:
        """Keeps the row equal to the newest draft, records the drafters, and never overwrites a
        revision that was issued (autosave would)."""
        self._need_open()
        if overwrite_revision is not None and overwrite_revision.pk == self.issued_revision_id:
            overwrite_revision = None
        self.code_key = code_key(self.code)
        self._note_drafter(user)
        revision = super().save_revision(
            user, *args, overwrite_revision=overwrite_revision, **kwargs
        )
        own = {f.name for f in type(self)._meta.local_fields} - {"documentpage_ptr"}
        fields = {*self.DRAFT_FIELDS, *own, "clauses", "drafters"}
        self.save(update_fields=sorted(fields), clean=False)
        pending.mark("draft", self.pk)
        self.expect_texts()
        return revision

    def _need_open(self) -> None:
        """The last guard of a draft in an approval, whoever saves it; the steps refuse with
        messages of their own."""
        if self.being_issued or not self.pk:
            return
        if queries.open_for(f"document:{self.pk}") is not None:
            raise Refused(str(_("Bản thảo đang được trình duyệt nên không sửa được.")))

    def _note_drafter(self, user: Any) -> None:
        """Adds the person to the drafters; two concurrent saves are both recorded."""
        rows = DocumentPage.objects.select_for_update(no_key=True).filter(pk=self.pk)
        kept = rows.values_list("drafters", flat=True).first() or []
        own = [user.pk] if user is not None else []
        self.drafters = sorted({*kept, *own})

    def expect_texts(self) -> None:
        """Enqueues the files of the draft for reading their text in the background."""

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    def get_url_parts(self, request: Any = None) -> None:
        return None  # readers get versions, never the page


class ProcedurePage(DocumentPage):
    procedure_type = models.CharField(
        _("loại quy trình"), max_length=20, choices=ProcedureType, default=ProcedureType.INTERNAL
    )
    national_code = models.CharField(
        _("mã thủ tục hành chính"),
        max_length=20,
        blank=True,
        help_text=_("Mã quốc gia, ví dụ 1.001193."),
    )
    local_tail = models.CharField(
        _("phần đuôi địa phương"),
        max_length=40,
        blank=True,
        help_text=_("Ví dụ H57 hoặc 000.00.00.H57."),
    )
    field = models.CharField(_("lĩnh vực"), max_length=150, blank=True)

    is_creatable = True
    edit_handler = panels.procedure()
    base_form_class = forms.ProcedureForm

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = pgettext_lazy("plural", "quy trình")


class FormPage(DocumentPage):
    procedure = models.ForeignKey(
        ProcedurePage,
        verbose_name=_("thuộc quy trình"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="form_pages",
    )
    file = models.ForeignKey(
        StoredFile,
        verbose_name=_("tệp biểu mẫu"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    file_name = models.CharField(_("tên tệp"), max_length=255, blank=True)

    is_creatable = True
    edit_handler = panels.form()
    base_form_class = forms.FormDocumentForm

    class Meta:
        verbose_name = _("biểu mẫu")
        verbose_name_plural = pgettext_lazy("plural", "biểu mẫu")

    def procedures_offered(self, user: Any) -> dict[int, str]:
        """Code and title of the agency's procedures that the user may choose: from drafts that the
        user works on, and from the last version of others."""
        procedures = ProcedurePage.objects.filter(agency=self.agency)
        versions = self.versions.model.objects.filter(document__in=procedures.values("pk"))
        rows = versions.standing().order_by("ordinal").values_list("document", "code", "title")
        names = {document: f"{code} {title}".strip() for document, code, title in rows}
        own = rules.drafts(procedures, user).values_list("pk", "code", "title", "long_title")
        return names | {pk: f"{code} {long or title}".strip() for pk, code, title, long in own}

    def expect_texts(self) -> None:
        from procedures.models import searchable_files  # noqa: PLC0415 - that module imports this one

        searchable_files.enqueue(self.pk, searchable_files.of_draft(self))


class GeneralPage(DocumentPage):
    """Policy, objectives, manual, instruction, regulation and other controlled documents."""

    is_creatable = True
    base_form_class = forms.GeneralForm

    class Meta:
        verbose_name = _("tài liệu chung")
        verbose_name_plural = pgettext_lazy("plural", "tài liệu chung")
