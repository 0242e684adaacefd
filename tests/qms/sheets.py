"""Sheets of people to import."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

HEAD = [
    "Họ và tên",
    "Tên đăng nhập",
    "Thư điện tử",
    "Đơn vị",
    "Chức vụ",
    "Vai trò",
    "Từ ngày",
    "Đến hết ngày",
    "Tư cách ký",
]


def sheet(*rows, head=HEAD):
    book = Workbook()
    book.active.append(["DANH SÁCH CÔNG CHỨC"])
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(data, name="nguoi.xlsx"):
    return {"act": "sheet", "sheet": SimpleUploadedFile(name, data)}
