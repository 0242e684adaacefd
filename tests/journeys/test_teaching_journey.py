"""Thirty files of one layout unknown to the reader: an officer corrects one, teaches, checks,
accepts all."""

import time

import pytest
from django.urls import reverse

from procedures.importing import batches
from procedures.importing.sources import uploaded
from procedures.models import DocumentPage
from tests.journeys.conftest import PHONE, overflow
from tests.journeys.test_import_journey import ours, read_all
from tests.procedures.word.odd_layouts import made

pytestmark = pytest.mark.browser
FILES = 30


@pytest.fixture
def batch(agency, officer, tmp_path):
    made_now = batches.create(agency, by=officer)
    for number in range(1, FILES + 1):
        path = tmp_path / str(number)
        path.write_bytes(made("labels_in_lines", number)[0])
        for source in uploaded(path, f"{number:02}.docx", tmp_path):
            batches.add(made_now, source, by=officer)
    read_all()
    return made_now


@pytest.mark.pure
def test_one_correction_is_taught_and_all_files_are_accepted(visit, serious, officer, batch):
    page = visit(reverse("imports:batch", args=[batch.pk]), as_=officer)
    page.set_default_timeout(60_000)  # thirty files are accepted in one press
    assert (overflow(page), ours(serious(page))) == ([], [])
    began = time.monotonic()
    said = made("labels_in_lines", 1)[1]
    page.get_by_role("link", name="Kiểm tra 01.docx").click()
    page.locator("#id_code").fill(said["code"])
    page.locator("#id_issue_number").fill(str(said["issue_number"]))
    page.locator("#id_issued_on").fill(f"{said['issued_on']:%d/%m/%Y}")
    for number, role in enumerate(("drafted", "reviewed", "approved")):
        page.locator(f"#id_name-{number}").fill(said[role])
    page.keyboard.press("Alt+s")
    page.get_by_role("heading", name="Dạy cho các tệp khác").wait_for()
    assert page.get_by_text("Mã hiệu đứng sau “Định danh” trên cùng dòng.").is_visible()
    assert (overflow(page), ours(serious(page))) == ([], [])
    page.get_by_role("button", name="Dạy và đọc lại các tệp cùng bố cục").click()
    page.get_by_text("tệp của đợt này được đọc lại").wait_for()
    read_all()
    page.goto(page.url)
    page.get_by_text(f"đọc lại {FILES} tệp, {FILES} thay đổi").wait_for()
    lacking = "Nhận tất cả tệp chỉ thiếu số lần hoặc người ký"  # the papers give no revision number
    accept = page.get_by_role("button", name=f"{lacking} ({FILES})")
    accept.wait_for()
    accept.click()
    page.get_by_text("Đã nhận").first.wait_for()
    while batch.items.filter(state="read").exists():  # a press accepts for fifteen seconds
        page.get_by_role("button", name=lacking).click()
        page.get_by_text("Đã nhận").first.wait_for()
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto(page.url.split("/admin/")[0] + reverse("imports:rules"))
    rule = page.get_by_role("row").filter(has_text="Mã hiệu có nhãn “Định danh”")
    rule.get_by_text(f"{FILES} tệp").wait_for()
    assert (overflow(page), ours(serious(page))) == ([], [])
    print(f"{FILES} files in {time.monotonic() - began:.0f} s")
    assert set(DocumentPage.objects.values_list("code", flat=True)) == {
        made("labels_in_lines", number)[1]["code"] for number in range(1, FILES + 1)
    }


@pytest.mark.pure
def test_a_fact_shows_its_place_and_a_line_says_what_it_is(visit, officer, batch):
    item = batch.items.get(name="02.docx")
    page = visit(reverse("imports:item", args=[item.pk]), as_=officer)
    page.locator("#id_title").focus()
    page.locator(".import-line.lit").first.wait_for()
    assert (
        page.locator(".import-line.lit").first.inner_text()
        == item.reading["facts"]["title"].upper()
    )
    page.get_by_role("button", name="Định danh QT-02").click()
    point = page.locator("[data-import-point]")
    assert point.locator("[name=meaning]").input_value() == ""
    point.get_by_role(
        "button", name="Chỉ điền vào ô của tệp này"
    ).click()  # says that it must be chosen
    point.locator("[name=meaning]:invalid:focus").wait_for()
    box, height = point.bounding_box(), page.evaluate("innerHeight")
    assert box["y"] >= 0 and box["y"] + box["height"] <= height + 1
    page.locator("[data-import-point] [name=phrase]").fill("Định danh")
    page.locator("[data-import-point] [name=meaning]").select_option("code")
    page.get_by_role("button", name="Dạy và đọc lại", exact=True).first.click()
    page.get_by_text("30 tệp của đợt này được đọc lại").wait_for()
