"""An officer imports the agency's Word files in a real browser: with scripts, without them, on a
desktop and on a phone."""

import pytest
from django.urls import reverse

from procedures.importing.reading import read_item
from procedures.models import DocumentPage, ImportItem, Version
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.procedures.import_files import procedure

pytestmark = pytest.mark.browser


def files():
    """Files as a browser uploads them: one clean, two that share a code, one that is not a Word
    file."""
    made = {
        "Cấp bản sao.docx": procedure("QT-01", "Cấp bản sao trích lục", whole=True),
        "Khai sinh.docx": procedure("QT-02", "Đăng ký khai sinh"),
        "Khai tử.docx": procedure("QT-02", "Đăng ký khai tử"),
        "ghi chú.docx": b"only words",
    }
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        for name, data in made.items()
    ]


def read_all(**which):
    """Does the work of the queue's worker."""
    for pk in ImportItem.objects.filter(state="waiting", **which).values_list("pk", flat=True):
        read_item.call(pk)


def ours(found):
    """Without the frame around every page of the admin."""
    return [line for line in found if "sidebar" not in line]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_files_are_dropped_watched_checked_and_recorded(visit, serious, officer, width):
    page = visit(reverse("imports:batches"), as_=officer, width=width, dark=width == DESKTOP)
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_text("Bản đã ban hành trên giấy").check()
    page.set_input_files("#import-files", files())
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.wait_for_url("**/nhap-tep/*/")
    assert page.get_by_text("Đã đọc 0/4 tệp").is_visible()
    read_all(name="Khai sinh.docx")
    page.get_by_label(
        "Chọn Khai sinh.docx"
    ).check()  # before another file turns out to have its code
    read_all(name="Khai tử.docx")
    page.get_by_text("Mã hiệu QT-02 cũng là mã hiệu của: “Khai tử.docx”").wait_for()
    read_all()
    page.get_by_text("Đã đọc xong. 3 tệp chờ bạn kiểm tra.").wait_for()
    page.get_by_text("không phải tài liệu Word").wait_for()
    for counted in ("Không có cảnh báo (1)", "Trùng mã hiệu (2)"):  # as the rows now say
        page.locator("#loc-canh_bao option", has_text=counted).wait_for(state="attached")
    page.get_by_text("Mã hiệu QT-02 cũng là mã hiệu của: “Khai tử.docx”").wait_for()
    assert page.get_by_label("Chọn Khai sinh.docx").is_checked()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("button", name="Nhận tất cả tệp không có cảnh báo (1)").click()
    page.get_by_text("Tài liệu mới, có hiệu lực từ").wait_for()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    page.get_by_text("Đã nhận 1 tệp").wait_for()
    page.get_by_role("link", name="Kiểm tra Khai tử.docx").click()
    page.get_by_role("textbox", name="Mã hiệu").fill("QT-03")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Thẩm định hồ sơ và trình ký").first.wait_for()
    assert page.locator(".import-original").get_by_text("Thẩm định hồ sơ và trình ký").is_visible()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("button", name="Ghi nhận phiên bản…").click()
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    page.get_by_text("Đã nhận 1 tệp").wait_for()
    assert sorted(Version.objects.values_list("code", flat=True)) == ["QT-01", "QT-03"]


@pytest.mark.pure
def test_all_of_it_works_without_scripts_and_can_be_taken_back(visit, officer):
    page = visit(reverse("imports:batches"), as_=officer, scripts=False)
    page.set_input_files("#import-files", files())
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.wait_for_url("**/nhap-tep/*/")
    read_all()
    page.reload()
    for name in ("Khai sinh.docx", "Khai tử.docx"):
        page.get_by_label(f"Chọn {name}").check()
    page.get_by_role("button", name="Nhận các tệp đã chọn").click()
    assert page.get_by_text("Đã nhận 2 tệp").is_visible()
    assert DocumentPage.objects.count() == 2
    page.get_by_role("link", name="Rút lại cả đợt nhập").click()
    page.get_by_role("button", name="Rút lại 2 tệp").click()
    assert page.get_by_text("Đã rút lại 2 tệp").is_visible()
    assert not DocumentPage.objects.exists()


@pytest.mark.pure
def test_what_was_corrected_is_not_lost_by_going_on_without_keeping_it(visit, officer):
    page = visit(reverse("imports:batches"), as_=officer)
    page.set_input_files("#import-files", files()[1:3])
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.wait_for_url("**/nhap-tep/*/")
    read_all()
    page.get_by_role("link", name="Kiểm tra Khai sinh.docx").click()
    page.locator(
        "form[data-w-unsaved-has-edits-value=false]"
    ).wait_for()  # Wagtail has recorded its baseline for comparison
    page.get_by_role("textbox", name="Tên tài liệu").click()
    page.keyboard.type("lưu động ")
    page.locator("form[data-w-unsaved-has-edits-value=true]").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Tệp tiếp theo").click(no_wait_after=True)
    for _ in range(100):
        page.wait_for_timeout(0 if asked else 100)
    assert asked == ["beforeunload"]
    assert "lưu động" in page.get_by_role("textbox", name="Tên tài liệu").input_value()
