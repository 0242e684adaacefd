"""Small real Word files for the tests of the import, made with python-docx."""

import io
import zipfile
from pathlib import Path

import docx

STEPS = (
    ("1", "Tiếp nhận hồ sơ của công dân", "Bộ phận Một cửa", "02 giờ"),
    ("2", "Thẩm định hồ sơ và trình ký", "Công chức chuyên môn", "01 ngày"),
    ("3", "Trả kết quả cho công dân", "Bộ phận Một cửa", "02 giờ"),
)


def procedure(
    code="QT-01/TP",
    title="Cấp bản sao trích lục hộ tịch",
    *,
    issue="01",
    issued="05/01/2026",
    effective="",
    text="Áp dụng cho cơ quan.",
    picture=None,
    whole=False,
) -> bytes:
    """A procedure with control block, signers, four sections and steps; parts given as empty are
    omitted. `whole`: also with a revision number and a reviewer, so that nothing is missing."""
    document = docx.Document()
    document.add_paragraph("QUY TRÌNH").runs[0].bold = True
    if title:
        document.add_paragraph(title.upper()).runs[0].bold = True
    control = [
        ("Mã hiệu", code),
        ("Lần ban hành", issue),
        ("Ngày ban hành", issued),
        ("Ngày hiệu lực", effective),
        ("Lần sửa đổi", "00" if whole else ""),
    ]
    _table(document, [(label, value) for label, value in control if value])
    signers = [
        ("Trách nhiệm", "Soạn thảo", "Phê duyệt", "Xem xét"),
        ("Họ tên", "Lê Thị An", "Trần Văn Bình", "Phạm Thu Hà"),
        ("Chức vụ", "Chuyên viên", "Giám đốc", "Trưởng phòng"),
    ]
    _table(document, [row if whole else row[:3] for row in signers])
    for number, (name, body) in enumerate(
        [
            ("MỤC ĐÍCH", "Thống nhất cách làm."),
            ("PHẠM VI ÁP DỤNG", text),
            ("NỘI DUNG QUY TRÌNH", "Các bước thực hiện như sau:"),
        ],
        1,
    ):
        document.add_paragraph(f"{number}. {name}").runs[0].bold = True
        document.add_paragraph(body)
    _table(document, [("TT", "Trình tự", "Trách nhiệm", "Thời gian"), *STEPS])
    if picture:
        document.add_picture(io.BytesIO(picture))
    document.add_paragraph("4. HỒ SƠ LƯU").runs[0].bold = True
    _table(
        document,
        [
            ("TT", "Tên hồ sơ", "Nơi lưu", "Thời gian lưu"),
            ("1", "Sổ theo dõi", "Phòng Hộ tịch", "05 năm"),
        ],
    )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document, rows):
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def resaved(data: bytes) -> bytes:
    """The same document as another file."""
    document = docx.Document(io.BytesIO(data))
    document.core_properties.comments = "lưu lại"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def folder_of(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def one(batch, name=None):
    return batch.items.get(name=name) if name else batch.items.get()


def states(batch):
    return {item.name: item.state for item in batch.items.all()}
