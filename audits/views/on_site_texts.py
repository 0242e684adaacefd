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
        **_before(),
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
        "not_kept": _(
            "Trình duyệt không lưu được nội dung vừa ghi. Hãy chép lại nội dung, tải lại trang rồi ghi lần nữa."
        ),
        "offline": _("Đang không có mạng; nội dung được giữ trên máy và gửi khi có mạng."),
        "signed_out": _(
            "Phiên làm việc đã hết; nội dung vẫn ở trên máy và được gửi sau khi đăng nhập lại."
        ),
        "gone": _("Bạn không còn trong đoàn của cuộc đánh giá này."),
        "busy": _("Máy chủ đang bận; máy này sẽ tự gửi lại."),
        "slow": _("Mạng quá yếu, chưa gửi được; máy này sẽ tự gửi lại."),
        "aside": _("{what} được để riêng, chưa vào phiếu, chờ trưởng đoàn quyết định: {why}"),
        "late": _("{what} đến muộn nên không vào phiếu; trưởng đoàn sẽ xem xét."),
        "trying": _("Đang gửi…"),
        "sending": _("Thẻ khác của trình duyệt đang gửi."),
        "early": _(
            "Trưởng đoàn chưa bắt đầu cuộc đánh giá; những gì ghi trước được giữ trên máy và gửi khi bắt đầu."
        ),
        "ended": _(
            "Cuộc đánh giá đã kết luận và máy chủ đã nhận đủ. Phần trên máy này đã được xóa."
        ),
        "ended_here": _(
            "Cuộc đánh giá đã kết luận. Câu đang viết dở trên máy: hãy lưu để gửi cho trưởng đoàn, hoặc bấm “Xóa khỏi máy”."
        ),
        "wiped": _("Đã xóa phần của cuộc đánh giá khỏi máy này."),
        "wipe_sent": _("Máy chủ đã nhận đủ. Xóa phần của cuộc đánh giá này khỏi máy?"),
        "wipe_unsent": _("CHƯA GỬI: {what}. Xóa khỏi máy là mất hẳn. Vẫn xóa?"),
        "unsent": _("Chưa gửi: {what}."),
        "n_answers": _("{n} câu trả lời"),
        "n_findings": _("{n} phát hiện"),
        "n_photos": _("{n} ảnh"),
        "n_files": _("{n} tệp"),
        "n_drafts": _("{n} câu đang viết dở"),
        "drafts": _("Còn {n} câu đang viết dở, chưa lưu."),
        "all_sent": _("Máy chủ đã nhận đủ."),
        "ready": _("· mở lại được khi mất mạng"),
        "progress": _("Đã trả lời {done}/{all}"),
        "of_another": _("Phần của người khác, đang khóa."),
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


def _before() -> dict[str, str]:
    """What an auditor should know before going where there is no network."""
    return {
        "before": _("Trước khi đi: còn điều phải xem"),
        "before_ready": _("Trước khi đi: máy đã sẵn sàng"),
        "before_sign_in": _("Trước khi đi: cần đăng nhập lại"),
        "before_session_over": _(
            "Phiên đăng nhập đã hết. Hãy đăng nhập lại trước khi đi; những gì đã ghi vẫn ở trên máy."
        ),
        "before_kept": _(
            "Đã có trên máy: {questions} câu hỏi, {documents} tài liệu, {findings} phát hiện lần trước và {cases} sự không phù hợp còn mở."
        ),
        "before_opens": _("Phiếu mở lại được khi mất mạng."),
        "before_opens_not": _(
            "Phiếu chưa mở lại được khi mất mạng. Hãy giữ trang này mở trong suốt cuộc đánh giá."
        ),
        "before_lasting": _("Trình duyệt cam kết giữ dữ liệu trên máy."),
        "before_lasting_not": _("Trình duyệt chưa cam kết giữ dữ liệu; hãy gửi sớm khi có mạng."),
        "before_session": _(
            "Phiên đăng nhập còn đến {time} nếu từ nay không có mạng. Nên đăng nhập lại ngay trước khi đi; hết phiên vẫn ghi được "
            "trên máy, đăng nhập lại thì gửi."
        ),
        "before_session_closes": _(
            "Phiên đăng nhập còn đến {time} nếu từ nay không có mạng, và hết ngay khi đóng trình duyệt. Nên đăng nhập lại trước khi "
            "đi, chọn “Giữ đăng nhập trên máy này”; hết phiên vẫn ghi được trên máy, đăng nhập lại thì gửi."
        ),
        "before_where": _(
            "Hãy để trang này mở, đánh dấu trang hoặc thêm vào màn hình chính: khi mất mạng chỉ mở được trang này và trang “Trên máy "
            "này”, không mở được trang chủ."
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
        "returned": _("Máy chủ trả lại"),
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
        "next": _("Câu tiếp theo"),
        "saved_here": _("Đã lưu trên máy lúc {time}, chưa gửi."),
        "saved_there": _("Đã gửi, máy chủ nhận lúc {time}."),
        "saved_before": _("Không có gì thay đổi; máy chủ đã có câu trả lời này từ {time}."),
        "kept_draft": _("Bản viết dở đã giữ trên máy lúc {time}. Bấm “Lưu câu trả lời” để lưu."),
        "unfinished": _("Phát hiện cần hoàn thiện"),
        "no_grade": _("chưa chọn mức"),
        "grade": _("Mức của phát hiện"),
        "grade_open": _("Chưa chọn (tạm ghi: {grade})"),
        "grade_needs_file": _(
            "Mức này phải có ảnh hoặc tệp làm bằng chứng. Hãy thêm ở “Ảnh, tệp”."
        ),
        "grade_sent": _("Phát hiện đã gửi. Hãy chọn mức tại trang của phát hiện khi có mạng."),
        "finding_from": _(
            "Phát hiện lấy căn cứ từ câu hỏi ({clause}), điều đã thấy từ ghi chép, bằng chứng từ ảnh, tệp của câu này."
        ),
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
