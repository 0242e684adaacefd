"""What officers see about a document's files: whether their text is searchable, and what to do if
not."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procedures import files
from procedures.models import DocumentPage, FileText, Version, searchable_files

State = FileText.State
ADVICE = {
    State.UNRECOGNISED: gettext_lazy(
        "Máy chủ chưa cài Tesseract với tiếng Việt. Hãy nhờ quản trị hệ thống cài; sau đó hệ thống tự đọc lại."
    ),
    State.NOT_CONVERTED: gettext_lazy(
        "Hãy mở bằng Word, Excel hoặc PowerPoint, lưu thành .docx, .xlsx hoặc .pptx rồi thay tệp."
    ),
    State.TOO_LARGE: gettext_lazy(
        "Hãy tách tệp hoặc giảm kích thước rồi thay tệp. Người đọc vẫn tải được tệp này."
    ),
    State.ENCRYPTED: gettext_lazy("Hãy bỏ mật khẩu, lưu lại rồi thay tệp."),
    State.DAMAGED: gettext_lazy(
        "Hãy mở bằng phần mềm đã tạo ra tệp, lưu lại thành tệp mới rồi thay tệp."
    ),
}
FOUND = frozenset({State.READ, State.RECOGNISED})
COMES = frozenset({State.WAITING, State.READING})


@dataclass(frozen=True)
class Row:
    """One file: its name, state and remarks. `tone` is a chip class."""

    name: str
    url: str
    state: str
    tone: str
    notes: tuple[str, ...]


def rows_of(page: DocumentPage, versions: Iterable[Version]) -> list[Row]:
    """The files of a document's draft and versions that make it searchable, newest first. Two
    queries; `versions` must have their acts prefetched."""
    hanging: dict[str, tuple[str, str]] = {}
    wordless = searchable_files.without_own_text(Version.objects.filter(document=page.pk))
    for version in versions:
        for file in searchable_files.of_version(version, version.acts.all(), wordless):
            hanging.setdefault(
                file["sha256"], (files.file_name(file), files.file_url(version.pk, file))
            )
    for file in searchable_files.of_draft(page):
        hanging = {file["sha256"]: (files.file_name(file), ""), **hanging}
    known = FileText.objects.defer("text").in_bulk(list(hanging))
    return [_row(name, url, known.get(sha256)) for sha256, (name, url) in hanging.items()]


def _row(name: str, url: str, text: FileText | None) -> Row:
    state = State(text.state) if text else State.WAITING
    notes = [str(ADVICE[state])] if state in ADVICE else []
    if text and text.cut:
        notes.append(_("Tệp rất dài: chỉ phần đầu được đưa vào tìm kiếm."))
    if text and text.unread_pages and state in FOUND:
        notes.append(
            ngettext(
                "%(count)d trang ảnh chưa được nhận dạng.",
                "%(count)d trang ảnh chưa được nhận dạng.",
                text.unread_pages,
            )
            % {"count": text.unread_pages}
        )
    tone = (
        "in_force"
        if state in FOUND
        else "waiting"
        if state in COMES
        else "draft"
        if state in {State.EMPTY, State.UNSUPPORTED}
        else "withdrawn"
    )
    return Row(name, url, str(state.label), tone, tuple(notes))
