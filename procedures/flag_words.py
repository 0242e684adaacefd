"""The warnings of an import in the user's language.

A code, values and details are stored (`content/schema.py`, Flag). Warnings of earlier imports
contain their sentence, which is shown unchanged."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.enums import REMARKS

Values = Sequence[str]
Details = Mapping[str, Any]
_ENCODINGS = {"tcvn3": "TCVN3 (.Vn…)", "vni": "VNI", "utf8": "UTF-8"}


def to_look_at(flags: Iterable[Mapping[str, Any]] | None) -> int:
    """How many of a document's flags need a person's attention."""
    return sum(flag.get("code") not in REMARKS for flag in flags or ())


def worded(flag: Mapping[str, Any]) -> str:
    """The sentence of a warning; its code if nothing else is known."""
    if flag.get("message"):
        return str(flag["message"])
    code = str(flag.get("code") or "")
    say = _SENTENCES.get(code)
    values = [str(value) for value in flag.get("values") or ()]
    return say(values, flag.get("details") or {}) or code if say else code


def in_words(flag: Mapping[str, Any]) -> dict[str, Any]:
    """The warning with its sentence, for reports."""
    return {**flag, "message": worded(flag)}


# missing facts


def _missing_code(values: Values, details: Details) -> str:
    said = _("Không tìm thấy mã hiệu trong văn bản.")
    guess = _("Tên tệp gợi ý mã “%(code)s”.") % {"code": values[0]} if values else ""
    return f"{said} {guess}".strip()


def _missing_date(values: Values, details: Details) -> str:
    if values:
        text = _(
            "Văn bản chỉ ghi ngày hiệu lực %(day)s, không ghi ngày ban hành. Hãy ghi thêm ngày ban hành nếu biết; chưa có ngày này thì chưa ghi nhận thành phiên bản được."
        )
        return text % {"day": _day(values[0])}
    return _(
        "Không tìm thấy ngày ban hành. Chưa có ngày này thì chưa ghi nhận thành phiên bản được; bản thảo thì vẫn nhận được."
    )


def _missing_title(values: Values, details: Details) -> str:
    return _("Không tìm thấy tên tài liệu trong tệp; tạm lấy theo tên tệp. Hãy ghi lại tên đúng.")


def _taking_in_closed(values: Values, details: Details) -> str:
    return _("Cơ quan đã đóng tiếp nhận bản giấy nên tệp thành bản thảo, chưa thành phiên bản.")


# other documents


MOST_NAMED = 10  # files or documents in one sentence: a thousand may share a code


def _quoted(values: Values) -> str:
    named = "; ".join(f"“{value}”" for value in values[:MOST_NAMED])
    more = len(values) - MOST_NAMED
    if more <= 0:
        return named
    return ngettext(
        "%(name)s và %(count)d tài liệu khác", "%(name)s và %(count)d tài liệu khác", more
    ) % {"name": named, "count": more}


def _same_title(values: Values, details: Details) -> str:
    text = _(
        "Tài liệu không có mã hiệu và trùng tên với: %(others)s, nhưng nội dung khác nên được nhập thành tài liệu riêng. Hãy kiểm tra."
    )
    return text % {"others": _quoted(values)}


def _title_taken(values: Values, details: Details) -> str:
    text = _(
        "Trùng tên với tài liệu đang có hiệu lực: %(others)s. Nếu là bản mới của tài liệu đó, hãy chọn nó ở “Nhập thành”; nếu không, hãy đặt tên khác trước khi trình duyệt."
    )
    return text % {"others": _quoted(values)}


def _title_shared(values: Values, details: Details) -> str:
    if details.get("taken_in"):
        text = _(
            "Trùng tên với tài liệu khác của cơ quan: %(others)s. Hãy đặt tên khác trước khi trình duyệt, hoặc bỏ một tài liệu."
        )
    else:
        text = _(
            "Trùng tên với tài liệu khác của cơ quan: %(others)s. Nếu là bản mới của tài liệu đó, hãy chọn nó ở “Nhập thành”; nếu không, hãy đặt tên khác trước khi trình duyệt."
        )
    return text % {"others": _quoted(values)} if values else ""


def _missing_facts(values: Values, details: Details) -> str:
    names = {
        "issue_number": _("lần ban hành"),
        "revision_number": _("lần sửa đổi"),
        "reviewed": _("người xem xét"),
        "approved": _("người phê duyệt"),
    }
    text = _("Không tìm thấy %(names)s trong tệp. Nếu giấy có ghi, hãy điền vào trước khi nhận.")
    said = ", ".join(names.get(value, value) for value in values)
    return text % {"names": said} if said else ""


def _title_twice(values: Values, details: Details) -> str:
    text = _(
        "Trùng tên với tệp khác của đợt này: %(others)s. Hai tài liệu cùng loại không được trùng tên khi trình duyệt; hãy kiểm tra hoặc đặt tên khác."
    )
    return text % {"others": _quoted(values)}


def _waiting_elsewhere(values: Values, details: Details) -> str:
    text = _("Tệp này đang chờ kiểm tra ở đợt nhập số %(number)s.")
    return text % {"number": values[0]} if values else ""


def _duplicate_code(values: Values, details: Details) -> str:
    text = _(
        "Mã hiệu %(code)s cũng là mã hiệu của: %(others)s. Hãy kiểm tra và đổi mã hiệu của một tài liệu."
    )
    return text % {"code": details.get("code", ""), "others": _quoted(values)} if values else ""


def _older_issue(values: Values, details: Details) -> str:
    text = _(
        "Tệp này là lần ban hành cũ hơn phiên bản đã có (hiệu lực %(day)s). Phiên bản đã có vẫn giữ hiệu lực."
    )
    return text % {"day": _day(values[0])} if values else ""


def _other_agency(values: Values, details: Details) -> str:
    text = _(
        "Tệp ghi tên cơ quan “%(printed)s”, không phải %(agency)s. Hãy kiểm tra trước khi nhận."
    )
    return text % {"printed": values[0], "agency": values[1]} if len(values) == 2 else ""


def _near_duplicate(values: Values, details: Details) -> str:
    text = _(
        "Nội dung gần như trùng với tài liệu đang có hiệu lực: %(others)s. Hãy kiểm tra mã hiệu."
    )
    return text % {"others": _quoted(values)}


def _later_draft(values: Values, details: Details) -> str:
    text = _(
        "Tệp này đã được nhập trước đây, nhưng bản thảo hiện nay là của tệp %(others)s. Muốn dùng lại tệp này, hãy mở bản thảo và chọn lại phiên bản cũ."
    )
    return text % {"others": _quoted(values)}


def _several_documents(values: Values, details: Details) -> str:
    text = _(
        "Tệp có vẻ chứa hơn một tài liệu: %(codes)s. Nên tách mỗi tài liệu thành một tệp rồi nhập lại; nếu nhận, cả tệp thành một tài liệu."
    )
    return text % {"codes": ", ".join(values)}


# contradictions


def _day(value: str) -> str:
    return f"{datetime.date.fromisoformat(value):%d/%m/%Y}"


def _found(entries: Sequence[tuple[str, Sequence[str]]], shown: Callable[[str], str]) -> str:
    """ "2 (trang đầu), 3 (chân trang)" """
    places = {
        "front": _("trang đầu"),
        "header": _("đầu trang"),
        "footer": _("chân trang"),
        "end": _("cuối văn bản"),
    }
    return ", ".join(
        f"{shown(value)} ({', '.join(places.get(name, name) for name in where)})"
        for value, where in entries
    )


def _issue_numbers(values: Values, details: Details) -> str:
    text = _("Lần ban hành không thống nhất giữa các phần của văn bản: %(found)s.")
    return text % {"found": _found(details["issue"], str)} if "issue" in details else ""


def _dates(values: Values, details: Details) -> str:
    said = []
    if "issued" in details:
        text = _("Ngày ban hành không thống nhất: %(found)s")
        said.append(text % {"found": _found(details["issued"], _day)})
    if "effective" in details:
        text = _("Ngày hiệu lực không thống nhất: %(found)s")
        said.append(text % {"found": _found(details["effective"], _day)})
    if "early" in details:
        early, issued = (_day(day) for day in details["early"])
        text = _("Ngày hiệu lực %(early)s sớm hơn ngày ban hành %(issued)s")
        said.append(text % {"early": early, "issued": issued})
    return "; ".join(said) + "." if said else ""


def _times(values: Values, details: Details) -> str:
    if len(values) != 3:
        return ""
    case, total, limit = values
    text = (
        _("Tổng thời gian các bước %(total)s vượt thời hạn %(limit)s (%(case)s).")
        if case
        else _("Tổng thời gian các bước %(total)s vượt thời hạn %(limit)s.")
    )
    return text % {"case": case, "total": total, "limit": limit}


# the reading of the file


def _unknown_section(values: Values, details: Details) -> str:
    text = _("Phần chưa nhận ra loại, được giữ ở “nội dung khác”: %(titles)s.")
    return text % {"titles": "; ".join(values)} if values else ""


def _legacy_encoding(values: Values, details: Details) -> str:
    text = _("Có chữ mã hóa cũ đã được chuyển sang Unicode: %(names)s; hãy đọc soát lại.")
    return text % {"names": ", ".join(_ENCODINGS.get(value, value) for value in values)}


def _tracked_changes(values: Values, details: Details) -> str:
    text = ngettext(
        "Văn bản còn %(count)d thay đổi được theo dõi; đã đọc như được chấp nhận tất cả.",
        "Văn bản còn %(count)d thay đổi được theo dõi; đã đọc như được chấp nhận tất cả.",
        len(values),
    )
    return text % {"count": len(values)}


def _cited(values: Values) -> str:
    more = "; …" if len(values) > 5 else ""
    return "; ".join(f"“{value}”" for value in values[:5]) + more


def _hidden_text(values: Values, details: Details) -> str:
    text = _("Tệp có chữ mà Word ẩn đi; chữ ẩn không được đưa vào văn bản: %(said)s. Hãy kiểm tra.")
    return text % {"said": _cited(values)}


def _struck_text(values: Values, details: Details) -> str:
    text = _("Tệp có chữ bị gạch ngang; chữ đó không được đưa vào văn bản: %(said)s. Hãy kiểm tra.")
    return text % {"said": _cited(values)}


def _garbled_text(values: Values, details: Details) -> str:
    text = _(
        "Chữ trong tệp có vẻ bị sai mã: %(said)s. Hãy mở tệp bằng Word, sửa phông chữ rồi nhập lại."
    )
    return text % {"said": _cited(values)}


def _low_confidence(values: Values, details: Details) -> str:
    names = {
        "steps": _("các bước"),
        "records": _("hồ sơ lưu"),
        "forms": _("danh mục biểu mẫu"),
        "amendments": _("lịch sử sửa đổi"),
    }
    text = _("Bố cục ít gặp, nhận ra chưa chắc chắn: %(names)s. Hãy đối chiếu với tệp gốc.")
    return text % {"names": ", ".join(names.get(value, value) for value in values)}


def _macros(values: Values, details: Details) -> str:
    return _("Tệp có macro; macro không được giữ lại trong nội dung.")


def _undescribed(values: Values, details: Details) -> str:
    text = ngettext(
        "%(count)d hình chưa có mô tả; đã tạm mô tả theo chú thích hoặc vị trí.",
        "%(count)d hình chưa có mô tả; đã tạm mô tả theo chú thích hoặc vị trí.",
        len(values),
    )
    return text % {"count": len(values)} if values else ""


def _external_picture(values: Values, details: Details) -> str:
    return _(
        "Hình không nằm trong tệp (được liên kết từ nơi khác hoặc đã mất) nên không lưu được; nếu cần, hãy chèn hình vào tệp Word rồi nhập lại."
    )


def _embedded_part(values: Values, details: Details) -> str:
    return _(
        "Tệp nhúng một tài liệu khác chưa được đọc; hãy mở bằng Word và dán nội dung đó vào văn bản."
    )


def _converted(values: Values, details: Details) -> str:
    text = _(
        "Tệp .%(format)s đã được chuyển sang .docx bằng LibreOffice để đọc; hãy đối chiếu với bản gốc."
    )
    return text % {"format": values[0]} if values else ""


_SENTENCES: dict[str, Callable[[Values, Details], str]] = {
    "missing_code": _missing_code,
    "missing_date": _missing_date,
    "missing_title": _missing_title,
    "taking_in_closed": _taking_in_closed,
    "same_title": _same_title,
    "title_taken": _title_taken,
    "title_shared": _title_shared,
    "title_twice": _title_twice,
    "missing_facts": _missing_facts,
    "waiting_elsewhere": _waiting_elsewhere,
    "duplicate_code": _duplicate_code,
    "other_agency": _other_agency,
    "near_duplicate": _near_duplicate,
    "later_draft": _later_draft,
    "older_issue": _older_issue,
    "several_documents": _several_documents,
    "issue_number_conflict": _issue_numbers,
    "date_conflict": _dates,
    "steps_exceed_time_limit": _times,
    "unknown_section": _unknown_section,
    "legacy_encoding": _legacy_encoding,
    "tracked_changes": _tracked_changes,
    "hidden_text": _hidden_text,
    "struck_text": _struck_text,
    "garbled_text": _garbled_text,
    "low_confidence": _low_confidence,
    "macros_dropped": _macros,
    "picture_without_description": _undescribed,
    "external_picture": _external_picture,
    "embedded_part": _embedded_part,
    "converted": _converted,
}
