"""The texts of the scripts of the on-site checklist, in the language of the page."""

from typing import Any

from django.utils.translation import gettext as _

from audits.models import Result


def texts() -> dict[str, Any]:
    """{key: sentence}; {names} in braces are filled in by the scripts."""
    return {
        "results": [[value, str(label)] for value, label in Result.choices],
        **_states(),
        **_warnings(),
        **_of_questions(),
        **_of_files(),
    }


def _states() -> dict[str, str]:
    return {
        "locked": _(
            "Phần đánh giá trên máy này thuộc người khác hoặc bạn đã đăng xuất. Hãy đăng nhập bằng tài khoản của người đã ghi."
        ),
        "no_storage": _(
            "Trình duyệt không cho lưu trên máy này (chế độ riêng tư?). Hãy dùng phiếu thường khi có mạng."
        ),
        "full": _(
            "Máy đã hết chỗ, nội dung vừa ghi chưa được lưu. Hãy gửi hoặc xóa bớt ảnh rồi ghi lại."
        ),
        "offline": _("Đang không có mạng; nội dung được giữ trên máy và gửi khi có mạng."),
        "signed_out": _(
            "Phiên làm việc đã hết; nội dung vẫn ở trên máy và được gửi sau khi đăng nhập lại."
        ),
        "gone": _("Bạn không còn trong đoàn của cuộc đánh giá này."),
        "busy": _("Máy chủ đang bận; máy này sẽ tự gửi lại."),
        "early": _(
            "Trưởng đoàn chưa bắt đầu cuộc đánh giá; những gì ghi trước được giữ trên máy và gửi khi bắt đầu."
        ),
        "ended": _(
            "Cuộc đánh giá đã kết luận và máy chủ đã nhận đủ. Phần trên máy này đã được xóa."
        ),
        "wiped": _("Đã xóa phần của cuộc đánh giá khỏi máy này."),
        "wipe_sent": _("Máy chủ đã nhận đủ. Xóa phần của cuộc đánh giá này khỏi máy?"),
        "wipe_unsent": _(
            "CHƯA GỬI: {answers} câu trả lời, {findings} phát hiện, {files} tệp, {drafts} ghi chép chưa lưu. Xóa khỏi máy là mất hẳn. Vẫn xóa?"
        ),
        "unsent": _("Chưa gửi: {answers} câu trả lời, {findings} phát hiện, {files} tệp."),
        "all_sent": _("Máy chủ đã nhận đủ."),
        "ready": _("· mở lại được khi mất mạng"),
        "progress": _("Đã trả lời {done}/{all}"),
        "of_another": _(
            "Phần của người khác, đang khóa. Chưa gửi: {answers} câu trả lời, {findings} phát hiện, {files} tệp."
        ),
        "nothing": _("Máy này không giữ cuộc đánh giá nào."),
    }


def _warnings() -> dict[str, str]:
    return {
        "no_https": _(
            "Trang đang mở không qua HTTPS nên không dùng được khi mất mạng. Hãy mở bằng địa chỉ https."
        ),
        "no_worker": _(
            "Trình duyệt này không mở lại được trang khi mất mạng. Hãy giữ trang đang mở, hoặc dùng Chrome, Edge, Safari mới."
        ),
        "not_lasting": _(
            "Trình duyệt chưa cam kết giữ dữ liệu: khi máy hết chỗ, dữ liệu có thể bị xóa. Hãy gửi sớm khi có mạng."
        ),
        "little_room": _("Máy còn ít chỗ trống. Hãy xóa bớt trước khi chụp nhiều ảnh."),
        "iphone": _(
            "Trên iPhone, Safari xóa dữ liệu của trang sau bảy ngày không mở, trừ khi trang ở màn hình chính: bấm Chia sẻ › "
            "Thêm vào MH chính, rồi mở phiếu từ đó."
        ),
    }


def _of_questions() -> dict[str, str]:
    return {
        "whole": _("Cả phiếu"),
        "mine": _("Giao cho tôi"),
        "clause": _("Điều khoản {clause}"),
        "look": _("Xem: {where}"),
        "fault": _("Chưa đạt khi: {what}"),
        "open": _("Chưa trả lời"),
        "on_device": _("trên máy, chưa gửi"),
        "conflict": _("Hai câu trả lời khác nhau"),
        "choose": _(
            "Hai người trả lời khác nhau. Hãy chọn một câu trả lời; cả hai đều được giữ lại."
        ),
        "lead_chooses": _(
            "Hai người trả lời khác nhau. Trưởng đoàn sẽ chọn; cả hai đều được giữ lại."
        ),
        "take_this": _("Chọn câu trả lời này"),
        "result": _("Kết quả"),
        "note": _("Ghi chép"),
        "photos": _("Ảnh, tệp"),
        "save": _("Lưu câu trả lời"),
        "finding": _("Ghi phát hiện"),
        "finding_waits": _("Phát hiện: trên máy, chưa gửi"),
        "finding_back": _("Rút phát hiện"),
        "finding_page": _("Ghi tại trang Phát hiện mới"),
        "finding_needs_network": _(
            "Câu này chưa đủ để ghi phát hiện ngay: còn phải chọn mức, đơn vị hoặc căn cứ tại trang “Phát hiện mới”, trang đó cần "
            "có mạng. Câu trả lời, ghi chép và ảnh vẫn được giữ; khi có mạng, bấm “Ghi phát hiện” tại câu này."
        ),
        "open_document": _("Mở tài liệu {code}"),
        "choose_result": _("Hãy chọn một kết quả."),
        "needs_note": _("Hãy ghi điều đã thấy cho kết quả “{result}”."),
        "done": _("xong {day}"),
        "due": _("hạn {day}"),
    }


def _of_files() -> dict[str, str]:
    return {
        "remove": _("Bỏ tệp {name}"),
        "too_large": _("Tệp “{name}” quá lớn (ảnh tối đa 40 MB, tệp khác 20 MB)."),
        "wrong_kind": _("Tệp “{name}” không phải ảnh hay tệp PDF, Word, Excel."),
        "heic": _(
            "Máy này không đọc được ảnh HEIC “{name}”. Trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất, rồi chụp lại."
        ),
        "broken_photo": _("Tệp “{name}” không phải ảnh hoặc đã hỏng. Hãy chụp lại."),
    }
