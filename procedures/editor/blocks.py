"""The blocks of a document's body: a list of sections, each a list of blocks (docs/architecture.md,
content)."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from wagtail import blocks
from wagtail.rich_text import RichText

from procedures.content import markup
from procedures.editor import rich_text, widgets
from procedures.editor.grids import (
    ADD_LABELS,
    ICONS,
    ROLES,
    ROW_KINDS,
    SUBJECT_LABELS,
    SUBJECTS,
    GridField,
    new_grid,
)

TEXT_FEATURES = ["bold", "italic", "underline", "ul", "ol", "link", "superscript", "subscript"]

SECTION_KINDS = [
    ("purpose", _("Mục đích")),
    ("scope", _("Phạm vi áp dụng")),
    ("references", _("Tài liệu viện dẫn, căn cứ pháp lý")),
    ("definitions", _("Định nghĩa, viết tắt")),
    ("content", _("Nội dung")),
    ("forms", _("Biểu mẫu")),
    ("records", _("Hồ sơ cần lưu")),
    ("other", _("Nội dung khác")),
]
PLACES = [
    ("body", _("Thân tài liệu")),
    ("front", _("Trang bìa, khối kiểm soát")),
    ("margin", _("Đầu trang, chân trang")),
    ("notes", _("Chú thích")),
    ("comments", _("Ý kiến ghi trong tệp")),
]


class GridBlock(blocks.FieldBlock):
    """A structured table: each column has a role, so that steps, forms and records can be
    extracted."""

    def __init__(self, subject: str, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(
            **{
                "label": SUBJECT_LABELS[subject],
                "icon": ICONS[subject],
                "default": new_grid(subject),
                **kwargs,
            }
        )

    @cached_property
    def field(self) -> forms.Field:
        options = {
            "subject": self.subject,
            "roles": [[role, ROLES[role]] for role in SUBJECTS[self.subject]],
            "allRoles": ROLES,
            "kinds": ROW_KINDS,
            "add": ADD_LABELS[self.subject],
        }
        return GridField(required=False, widget=widgets.GridWidget(options))

    def value_from_form(self, value: Any) -> Any:
        """The browser sends JSON; invalid input is kept unchanged, for `clean` to refuse."""
        if isinstance(value, str):
            try:
                return json.loads(value)
            except (ValueError, RecursionError):
                return value
        return value

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_form_state(self, value: Any) -> str:
        return self.field.prepare_value(value)


class RefusedText(RichText):
    """A text as submitted, with the reason why it is refused: shown again unchanged, never
    converted."""

    def __init__(self, raw: str, problem: ValidationError) -> None:
        super().__init__("")
        self.raw, self.problem = raw, problem


class ProseBlock(blocks.RichTextBlock):
    """Running text with the tags of the neutral content."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        raw = data.get(prefix) or ""
        try:
            rich_text.check(raw)
        except ValidationError as problem:
            return RefusedText(raw, problem)
        return super().value_from_datadict(data, files, prefix)

    def clean(self, value: Any) -> Any:
        if isinstance(value, RefusedText):
            raise value.problem
        return super().clean(value)

    def get_form_state(self, value: Any) -> Any:
        return value.raw if isinstance(value, RefusedText) else super().get_form_state(value)

    def value_from_form(self, value: Any) -> Any:
        return super().value_from_form(
            markup.clean_text(value) if isinstance(value, str) else value
        )


class TableBlock(blocks.FieldBlock):
    """A table of any shape, with merged cells; kept as HTML."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    @cached_property
    def field(self) -> forms.Field:
        return forms.CharField(required=False, strip=False, widget=widgets.TableWidget())

    def clean(self, value: Any) -> str:
        if len(value or "") > rich_text.LONGEST or markup.too_deep(value or ""):
            raise ValidationError(
                _("Bảng quá lớn hoặc có quá nhiều bảng lồng nhau. Hãy chia thành nhiều bảng.")
            )
        return markup.clean_table(super().clean(markup.storable(value or "")))

    class Meta:
        icon = "table"
        label = _("Bảng khác")
        default = "<table><thead><tr><th></th><th></th><th></th></tr></thead><tbody><tr><td></td><td></td><td></td></tr></tbody></table>"


def _signer(person: int | None) -> Signer:
    """Signs for one person, by default the requesting user. Tokens of others are invalid
    for them."""
    if person is None:
        request = getattr(HistoricalRecords.context, "request", None)
        person = getattr(getattr(request, "user", None), "pk", None)
    return Signer(salt=f"procedures.picture.{person or 0}")


def sign_picture(sha256: str, person: int | None = None) -> str:
    """The token by which a form refers to a picture; only pictures that this server showed to or
    received from this person are accepted."""
    return _signer(person).sign(sha256) if sha256 else ""


def unsign_picture(token: str, person: int | None = None) -> str:
    """The digest in such a token. Raises BadSignature, also for another person's token."""
    return _signer(person).unsign(token) if token else ""


class PictureFileBlock(blocks.FieldBlock):
    """The picture: its SHA-256 in the store, signed for the round trip through the browser."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    @cached_property
    def field(self) -> forms.Field:
        return forms.CharField(
            widget=widgets.PictureWidget(), error_messages={"required": _("Hãy chọn tệp ảnh.")}
        )

    def get_form_state(self, value: Any) -> str:
        return sign_picture(value or "") if value and ":" not in value else value or ""

    def value_from_form(self, value: Any) -> str:
        return value or ""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> str:
        token = super().value_from_datadict(data, files, prefix)
        try:
            return unsign_picture(token)
        except BadSignature:
            return f"unsigned:{token}"

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if value.startswith("unsigned:"):
            raise ValidationError(_("Không nhận ra tệp ảnh này. Hãy tải ảnh lên lại."))
        return value

    class Meta:
        icon = "image"
        label = _("Tệp ảnh")


class PictureBlock(blocks.StructBlock):
    """A picture, stored by its SHA-256 in the append-only store."""

    sha256 = PictureFileBlock()
    name = blocks.CharBlock(label=_("Tên tệp"), required=False, form_classname="qms-picture-name")
    description = blocks.TextBlock(
        label=_("Mô tả ảnh"),
        required=False,
        rows=2,
        help_text=_(
            "Người không nhìn được ảnh nghe mô tả này. Viết điều mà ảnh cho biết, không cần “hình ảnh của…”."
        ),
    )
    caption = blocks.CharBlock(label=_("Chú thích dưới ảnh"), required=False)
    described_by = blocks.CharBlock(
        required=False, label=_("Nguồn mô tả"), form_classname="qms-hidden-field"
    )

    def clean(self, value: Any) -> Any:
        """A description that replaces one taken from the caption is marked as the author's own."""
        value = super().clean(value)
        if value.get("description") and not value.get("described_by"):
            value["described_by"] = "author"
        return value

    class Meta:
        icon = "image"
        label = _("Hình ảnh")


class HeadingBlock(blocks.StructBlock):
    """A sub-section inside a section."""

    number = blocks.CharBlock(label=_("Số mục"), required=False)
    title = blocks.CharBlock(label=_("Tên mục con"), required=False)
    level = blocks.ChoiceBlock(
        choices=[("2", _("Cấp 2")), ("3", _("Cấp 3")), ("4", _("Cấp 4"))],
        default="2",
        label=_("Cấp"),
    )

    class Meta:
        icon = "title"
        label = _("Mục con")
        label_format = "{number} {title}"
        form_classname = "struct-block qms-row qms-row--heading"


class SectionBlocks(blocks.StreamBlock):
    text = ProseBlock(
        features=TEXT_FEATURES,
        required=False,
        label=_("Đoạn văn"),
        icon="pilcrow",
        group=_("Văn bản"),
    )
    heading = HeadingBlock(group=_("Văn bản"))
    picture = PictureBlock(group=_("Văn bản"))
    steps = GridBlock("steps", group=_("Bảng có cấu trúc"))
    dossier = GridBlock("dossier", group=_("Bảng có cấu trúc"))
    forms = GridBlock("forms", group=_("Bảng có cấu trúc"))
    records = GridBlock("records", group=_("Bảng có cấu trúc"))
    definitions = GridBlock("definitions", group=_("Bảng có cấu trúc"))
    amendments = GridBlock("amendments", group=_("Bảng có cấu trúc"))
    table = TableBlock(group=_("Bảng có cấu trúc"))


class SectionBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("Số mục"), required=False)
    title = blocks.CharBlock(label=_("Tên mục"), required=False)
    kind = blocks.ChoiceBlock(choices=SECTION_KINDS, default="content", label=_("Loại mục"))
    place = blocks.ChoiceBlock(choices=PLACES, default="body", label=_("Vị trí trong tài liệu"))
    blocks = SectionBlocks(required=False, label=_("Nội dung mục"))

    class Meta:
        icon = "doc-full"
        label = _("Mục")
        label_format = "{number} {title}"
        form_classname = "struct-block qms-row qms-row--section"
        # A section's place in the document is rarely wrong: hidden behind the button of its header
        form_layout = blocks.BlockGroup(["number", "title", "kind", "blocks"], settings=["place"])


class DocumentBody(blocks.StreamBlock):
    section = SectionBlock()

    class Meta:
        required = False
        # An imported procedure would be 27,000 pixels tall; outline.js opens new sections
        collapsed = True
