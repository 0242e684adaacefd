"""Facts in other layouts than columns: found by recognisers that are independent of each other."""

import datetime

import pytest

from procedures import content as views
from procedures.word import people
from procedures.word.letter_heads import letter_head
from procedures.word.letters import letter_title
from procedures.word.model import Paragraph, Run
from procedures.word.places import Place, gather
from procedures.word.signers import signers_in


def body(kind, *blocks):
    return {
        "sections": [
            {"kind": kind, "place": "body", "number": "", "title": "", "blocks": list(blocks)}
        ]
    }


def lines(*texts):
    return {"type": "text", "html": "".join(f"<p>{text}</p>" for text in texts)}


def table(*rows):
    cells = ["".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in row) for row in rows]
    return {
        "type": "table",
        "html": "<table><tbody>" + "".join(f"<tr>{c}</tr>" for c in cells) + "</tbody></table>",
    }


def paper(*texts, bold=False):
    return [Paragraph([Run(text, bold)]) for text in texts]


STEPS = {
    "a cell of labelled lines": table(
        ["1", "<td><p>Nhận phiếu</p><p>Người thực hiện: Văn thư</p><p>Thời hạn: 2 giờ</p></td>"],
        ["2", "<td><p>Cấp thẻ</p><p>Người thực hiện: Thủ kho</p><p>Thời hạn: 1 ngày</p></td>"],
    ),
    "cards in one table": table(
        ["Tên bước", "Nhận phiếu"], ["Phụ trách", "Văn thư"], ["Thời hạn", "2 giờ"],
        ["Tên bước", "Cấp thẻ"], ["Phụ trách", "Thủ kho"], ["Thời hạn", "1 ngày"],
    ),
    "sideways": table(
        ["Bước", "1", "2"], ["Công việc", "Nhận phiếu", "Cấp thẻ"], ["Trách nhiệm", "Văn thư", "Thủ kho"],
        ["Thời gian", "2 giờ", "1 ngày"],
    ),
    "two rows a step": table(
        ['<td rowspan="2">TT</td>', '<td colspan="2">Nội dung công việc</td>'], ["Người thực hiện", "Thời gian"],
        ['<td rowspan="2">1</td>', '<td colspan="2">Nhận phiếu</td>'], ["Văn thư", "2 giờ"],
        ['<td rowspan="2">2</td>', '<td colspan="2">Cấp thẻ</td>'], ["Thủ kho", "1 ngày"],
    ),
    "people as rows": table(
        ["TT", "Nội dung công việc", "Thời gian"],
        ['<td colspan="3">Văn thư</td>'], ["1", "Nhận phiếu", "2 giờ"],
        ['<td colspan="3">Thủ kho</td>'], ["2", "Cấp thẻ", "1 ngày"],
    ),
    "brackets": lines("1. Nhận phiếu (Văn thư, 2 giờ)", "2. Cấp thẻ (Thủ kho, 1 ngày)"),
    "dashes": lines("1. Nhận phiếu – Văn thư – 2 giờ", "2. Cấp thẻ – Thủ kho – 1 ngày"),
}  # fmt: skip


@pytest.mark.parametrize("layout", STEPS)
def test_steps_are_found_in_other_layouts(layout):
    found = views.steps(body("content", STEPS[layout]))
    assert [(s["action"], s["responsible"], s["durations"]) for s in found] == [
        ("Nhận phiếu", "Văn thư", ["2 giờ"]),
        ("Cấp thẻ", "Thủ kho", ["1 ngày"]),
    ]


def test_a_table_of_aims_holds_no_steps():
    aims = table(["TT", "Mục tiêu", "Chủ trì", "Thời hạn"], ["1", "Giảm trễ hẹn", "Văn phòng", "1 tháng"],
                 ["2", "Đào tạo", "Văn phòng", "2 tháng"])  # fmt: skip
    assert views.steps(body("content", aims)) == []


@pytest.mark.parametrize(
    "block",
    [
        lines("Sử dụng các biểu mẫu: BM-01 - Phiếu mượn; BM-02 - Sổ mượn."),
        lines("Khi làm có dùng các mẫu: Phiếu mượn (BM-01) và Sổ mượn (BM-02)."),
        lines("Phụ lục 1: Phiếu mượn – BM-01", "Phụ lục 2: Sổ mượn – BM-02"),
        table(["BM-01", "Phiếu mượn", "BM-02", "Sổ mượn"]),
        table(["1", "<td><p>BM-01</p><p>Phiếu mượn</p></td>"], ["2", "<td><p>BM-02</p><p>Sổ mượn</p></td>"]),
    ],
)  # fmt: skip
def test_forms_are_found_in_other_layouts(block):
    assert views.forms(body("forms", block)) == [
        {"code": "BM-01", "name": "Phiếu mượn"},
        {"code": "BM-02", "name": "Sổ mượn"},
    ]


@pytest.mark.parametrize(
    "block",
    [
        lines("Sổ mượn được lưu tại Kho; Văn phòng trong thời hạn 05 năm."),
        lines("Văn phòng lưu giữ Sổ mượn trong 05 năm."),
        lines("Tên hồ sơ: Sổ mượn", "Nơi lưu: Văn phòng", "Thời gian lưu: 05 năm"),
        table(["1", "<td><p>Sổ mượn</p><p>Nơi lưu: Văn phòng</p><p>Thời gian lưu: 05 năm</p></td>"]),
    ],
)  # fmt: skip
def test_records_are_found_in_other_layouts(block):
    (record,) = views.records(body("records", block))
    assert (record["name"], record["retention"]) == ("Sổ mượn", "05 năm")
    assert record["place"].endswith("Văn phòng")


@pytest.mark.parametrize(
    "block",
    [
        lines("Lần ban hành 02, ngày 03/02/2023: Bỏ một bước", "Lần ban hành 03, ngày 05/6/2024: Thêm sổ mượn"),
        lines("Tài liệu đã được sửa đổi lần 02 ngày 03/02/2023 với nội dung: Bỏ một bước; sửa đổi lần 03 ngày 05/6/2024 với nội dung: Thêm sổ mượn."),
        table(["Lần", "02", "03"], ["Ngày", "03/02/2023", "05/6/2024"], ["Nội dung sửa đổi", "Bỏ một bước", "Thêm sổ mượn"]),
    ],
)  # fmt: skip
def test_amendments_are_found_in_other_layouts(block):
    assert views.amendments(body("other", block)) == [
        {"number": "02", "date": "2023-02-03", "summary": "Bỏ một bước"},
        {"number": "03", "date": "2024-06-05", "summary": "Thêm sổ mượn"},
    ]


def test_a_line_of_the_log_says_nothing_of_the_present_issue():
    place = gather(Place("front", paper("Lần ban hành 02, ngày 03/02/2023: Bỏ một bước thừa")))
    assert place.first("issue", int) is None
    place = gather(Place("front", paper("Lần BH/ngày BH: 03 – 8/8/2022")))
    assert (place.first("issue", int), place.first("issued", datetime.date)) == (
        3,
        datetime.date(2022, 8, 8),
    )


@pytest.mark.parametrize(
    "text", ["Thiếu tá Lý Văn Thử", "ThS.BS. Lý Văn Thử", "BSTY. Lý Văn Thử", "Lý Văn Thử"]
)
def test_ranks_are_no_part_of_a_name(text):
    assert people.person(text) == "Lý Văn Thử"


@pytest.mark.parametrize("text", ["KT. GIÁM ĐỐC", "THỦ TƯỚNG", "TM. CHÍNH PHỦ", "Kt. Chủ tịch"])
def test_a_post_is_not_a_name(text):
    assert people.person(text) == ""


def test_a_name_broken_over_two_lines_is_one():
    assert people.joined_names(["Lý Thị", "Phương Thử"]) == ["Lý Thị Phương Thử"]
    assert people.joined_names(["Lý Văn Thử", "Trần Văn Mẫu"]) == ["Lý Văn Thử", "Trần Văn Mẫu"]


@pytest.mark.parametrize(
    "texts",
    [
        ["Soạn thảo: Lý Văn Thử (Chuyên viên) | Phê duyệt: Trần Văn Mẫu (Giám đốc)"],
        ["Soạn thảo: Chuyên viên Lý Văn Thử", "Phê duyệt: Giám đốc Trần Văn Mẫu"],
        ["SOẠN THẢO", "Ký bởi: Lý Văn Thử", "Chức vụ: Chuyên viên", "PHÊ DUYỆT", "Ký bởi: Trần Văn Mẫu", "Chức vụ: Giám đốc"],
    ],
)  # fmt: skip
def test_signers_are_found_in_lines(texts):
    assert signers_in(paper(*texts)) == [
        {"role": "drafted", "name": "Lý Văn Thử", "post": "Chuyên viên"},
        {"role": "approved", "name": "Trần Văn Mẫu", "post": "Giám đốc"},
    ]


def test_the_title_of_a_letter_is_read_below_its_number():
    head = paper("Số:    /VP-HC", "V/v mượn hội trường", "Kính gửi: Các phòng", "KT. GIÁM ĐỐC")
    assert letter_title(head) == "Mượn hội trường"


def test_the_title_of_a_paper_is_its_abstract():
    assert letter_title(paper("TỜ TRÌNH", "Về việc mua sổ", "Căn cứ Luật", bold=True)) == "Mua sổ"
    assert letter_title(paper("QUYẾT ĐỊNH:", "Điều 1. Mua sổ")) == ""


@pytest.mark.parametrize(
    "cited",
    ["Theo đề nghị của Văn phòng tại Tờ trình số 5/TTr-VP ngày 07 tháng 3 năm 2025.", "Theo kết luận ngày 07/3/2025;"],
)  # fmt: skip
def test_the_date_of_a_paper_that_is_cited_is_not_the_documents_own(cited):
    found = letter_head(paper("Ví Dụ, ngày 12 tháng 3 năm 2025", cited))
    assert (found.get("date"), found.get("with_date")) == (datetime.date(2025, 3, 12), None)
