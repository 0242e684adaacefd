"""What an officer fills in: a document's body is a list of sections, each a list of blocks (docs/architecture.md, content)."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

TEXT_FEATURES = ["bold", "italic", "ul", "ol", "link", "superscript", "subscript"]

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
ROW_KINDS = [("row", _("Dòng")), ("phase", _("Giai đoạn")), ("total", _("Tổng cộng")), ("note", _("Ghi chú"))]

ROLES = {
    "number": _("Số thứ tự"),
    "action": _("Nội dung công việc"),
    "responsible": _("Trách nhiệm"),
    "duration": _("Thời gian"),
    "result": _("Kết quả"),
    "form": _("Biểu mẫu"),
    "name": _("Tên"),
    "place": _("Nơi lưu"),
    "retention": _("Thời hạn lưu"),
    "code": _("Mã hiệu"),
    "original": _("Bản chính"),
    "copy": _("Bản sao"),
    "date": _("Ngày"),
    "summary": _("Nội dung"),
    "term": _("Thuật ngữ"),
    "meaning": _("Giải thích"),
    "note": _("Ghi chú"),
    "other": _("Cột khác"),
}
RICH_ROLES = frozenset({"action"})  # the one cell that officers format; the others are short plain texts

SUBJECTS = {
    "steps": ("number", "action", "responsible", "duration", "result", "form", "note", "other"),
    "dossier": ("number", "name", "original", "copy", "form", "note", "other"),
    "forms": ("number", "code", "name", "note", "other"),
    "records": ("number", "name", "place", "retention", "responsible", "code", "note", "other"),
    "amendments": ("number", "date", "place", "summary", "note", "other"),
    "definitions": ("number", "term", "meaning", "other"),
}
SUBJECT_LABELS = {
    "steps": _("Bảng các bước"),
    "dossier": _("Thành phần hồ sơ"),
    "forms": _("Bảng biểu mẫu"),
    "records": _("Bảng hồ sơ cần lưu"),
    "amendments": _("Bảng theo dõi sửa đổi"),
    "definitions": _("Bảng thuật ngữ, viết tắt"),
}
ICONS = {"steps": "list-ol", "dossier": "folder-open-inverse", "forms": "form", "records": "history", "amendments": "edit", "definitions": "help"}


def cell(role: str) -> blocks.Block:
    if role in RICH_ROLES:
        return blocks.RichTextBlock(features=TEXT_FEATURES, required=False, label=ROLES[role])
    return blocks.TextBlock(rows=1, required=False, label=ROLES[role])


class GridBlock(TypedTableBlock):
    """A structured table: each column has a role, so that steps, forms and records can be read out of it."""

    def __init__(self, subject: str, **kwargs):
        columns = [(role, cell(role)) for role in SUBJECTS[subject]]
        columns.append(("row_kind", blocks.ChoiceBlock(choices=ROW_KINDS, default="row", label=_("Loại dòng"))))
        super().__init__(columns, label=SUBJECT_LABELS[subject], icon=ICONS[subject], **kwargs)


class PictureBlock(blocks.StructBlock):
    """A picture, kept by its SHA-256 in the store that only adds."""

    sha256 = blocks.CharBlock(label=_("Tệp ảnh"))
    name = blocks.CharBlock(label=_("Tên tệp"), required=False)
    description = blocks.CharBlock(label=_("Mô tả cho người không nhìn được ảnh"), required=False)
    caption = blocks.CharBlock(label=_("Chú thích"), required=False)
    described_by = blocks.CharBlock(required=False, label=_("Nguồn mô tả"))

    class Meta:
        icon = "image"
        label = _("Hình ảnh")


class HeadingBlock(blocks.StructBlock):
    """A sub-section inside a section."""

    number = blocks.CharBlock(label=_("Số mục"), required=False)
    title = blocks.CharBlock(label=_("Tên mục con"), required=False)
    level = blocks.ChoiceBlock(choices=[("2", _("Cấp 2")), ("3", _("Cấp 3")), ("4", _("Cấp 4"))], default="2", label=_("Cấp"))

    class Meta:
        icon = "title"
        label = _("Mục con")


class SectionBlocks(blocks.StreamBlock):
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Đoạn văn"), icon="pilcrow")
    heading = HeadingBlock()
    steps = GridBlock("steps")
    dossier = GridBlock("dossier")
    forms = GridBlock("forms")
    records = GridBlock("records")
    definitions = GridBlock("definitions")
    amendments = GridBlock("amendments")
    table = blocks.RawHTMLBlock(label=_("Bảng khác"), icon="table")
    picture = PictureBlock()


class SectionBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=SECTION_KINDS, default="content", label=_("Loại mục"))
    number = blocks.CharBlock(label=_("Số mục"), required=False)
    title = blocks.CharBlock(label=_("Tên mục"), required=False)
    place = blocks.ChoiceBlock(choices=PLACES, default="body", label=_("Vị trí trong tài liệu"))
    blocks = SectionBlocks(required=False, label=_("Nội dung mục"))

    class Meta:
        icon = "doc-full"
        label = _("Mục")
        label_format = "{number} {title}"


class DocumentBody(blocks.StreamBlock):
    section = SectionBlock()

    class Meta:
        required = False
