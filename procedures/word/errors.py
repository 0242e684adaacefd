"""The reader's error for files that it can't read."""


class UnreadableFile(Exception):
    """The file can't be read as a document.

    code        short and stable, for programs: empty, too_large, bomb, encrypted, damaged, entities, not_word,
                no_converter, conversion_failed, timeout
    message     Vietnamese, names the file and says what to do
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


MESSAGES = {
    "empty": "Tệp “{name}” rỗng, không có nội dung. Hãy lấy lại tệp gốc rồi nạp lại.",
    "too_large": "Tệp “{name}” quá lớn ({detail}). Hãy thu nhỏ hình ảnh trong tệp hoặc tách thành nhiều tệp rồi nạp lại.",
    "bomb": "Tệp “{name}” giải nén ra quá lớn so với kích thước ({detail}), có thể là tệp phá hoại. Hãy mở bằng Word, lưu lại thành .docx mới rồi nạp lại.",
    "encrypted": "Tệp “{name}” được đặt mật khẩu. Hãy mở bằng Word, bỏ mật khẩu, lưu lại rồi nạp lại.",
    "damaged": "Tệp “{name}” bị hỏng, không đọc được ({detail}). Hãy mở bằng Word để sửa chữa, lưu lại thành .docx hoặc lấy lại bản gốc rồi nạp lại.",
    "entities": "Tệp “{name}” chứa khai báo thực thể XML, không được phép vì lý do an toàn. Hãy mở bằng Word, lưu lại thành .docx mới rồi nạp lại.",
    "not_word": "Tệp “{name}” không phải tài liệu Word mà là {detail}. Hãy chọn tệp .docx, .doc, .odt hoặc .rtf.",
    "no_converter": "Tệp “{name}” có định dạng .{detail}, cần LibreOffice để đọc nhưng máy chủ chưa cài. "
    "Hãy mở bằng Word, lưu lại thành .docx rồi nạp lại, hoặc nhờ quản trị viên cài LibreOffice.",
    "conversion_failed": "LibreOffice không chuyển được tệp “{name}” (.{detail}) sang .docx. Hãy mở bằng Word, lưu lại thành .docx rồi nạp lại.",
    "timeout": "Tệp “{name}” mất quá nhiều thời gian để đọc ({detail}). Hãy mở bằng Word, lưu lại thành .docx mới rồi nạp lại.",
}


def refuse(code: str, name: str, detail: str = "") -> UnreadableFile:
    """The refusal for `code`, worded for the file `name`; raise it."""
    return UnreadableFile(code, MESSAGES[code].format(name=name, detail=detail))
