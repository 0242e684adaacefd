"""Searching in a real browser: filters beside the results or folded, tabs, a day, opened results,
saved searches."""

import re

import pytest
from playwright.sync_api import expect

from procedures.models import Clause
from search.meaning import embedding, upkeep
from search.models import QueryLog, SavedSearch
from search.queue import pending
from tests.conftest import content
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.procedures.reader_helpers import procedure

pytestmark = pytest.mark.browser
LONG = "Tiếp nhận và giải quyết hồ sơ đề nghị xác nhận tình trạng hôn nhân của công dân Việt Nam cư trú ở nước ngoài trong thời gian trước khi xuất cảnh"


@pytest.fixture
def shelf(agency, other_agency, make_document):
    """Documents of two agencies in several years; many laws; long names."""
    laws = [f"{n}/2020/TTLT-BTP-BCA-BQP-BNV" for n in range(1, 14)]
    pages = []
    for number, (body, title, kind, issued) in enumerate(
        [
            (agency, "Đăng ký khai sinh", "procedure", "2026-01-05"),
            (agency, "Đăng ký kết hôn", "procedure", "2025-02-01"),
            (agency, "Tờ khai đăng ký", "form", "2025-03-01"),
            (other_agency, f"Đăng ký: {LONG}", "instruction", "2024-01-05"),
        ]
    ):
        page = make_document(
            body,
            code=f"QT-{number:02}",
            title=title,
            kind=kind,
            body=procedure(),
            visibility="public",
            issued=issued,
            legal_basis=laws[number:],
        )
        pages.append(page)
    Clause.objects.get_or_create(number="8.5", defaults={"title": "Cung cấp dịch vụ"})
    pending.flush()
    return pages


def found(page):
    return page.locator(".hit-title").all_inner_texts()


def filtered(page, name):
    """Chooses a value of a filter by its name."""
    page.locator(".narrowing .choice", has_text=name).click()
    page.locator(".chosen .filter", has_text=name).wait_for()


def test_staff_narrow_their_search_next_to_the_results(visit, shelf, reader):
    page = visit("/tim-kiem/?q=dang+ky", as_=reader, width=DESKTOP)
    beside, results = (
        page.locator(".narrowing").bounding_box(),
        page.locator(".finding-body").bounding_box(),
    )
    assert beside["x"] + beside["width"] <= results["x"] and abs(beside["y"] - results["y"]) < 60
    assert not page.locator(".narrowing-fold").is_visible()
    filtered(page, "Quy trình")
    filtered(page, "2025")
    assert found(page) == ["Đăng ký kết hôn"]
    page.reload()
    assert found(page) == ["Đăng ký kết hôn"]  # it stands in the address
    page.locator(".chosen .filter", has_text="2025").click()
    expect(page.locator(".hit-title")).to_have_count(2)
    page.get_by_role("link", name="Mã hiệu", exact=True).click()
    page.wait_for_url("**sort=code")
    assert found(page) == ["Đăng ký khai sinh", "Đăng ký kết hôn"]


@pytest.mark.pure
@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_filters_fold_out_without_scripts_too(visit, shelf, reader, scripts):
    page = visit("/tim-kiem/?q=dang+ky", as_=reader, width=PHONE, scripts=scripts)
    assert not page.locator(".narrowing").is_visible()
    assert page.locator(".hit-title").first.bounding_box()["y"] < 600
    page.locator(".narrowing-fold summary").click()
    page.get_by_label("Văn bản viện dẫn: chọn thêm").select_option("3/2020/TTLT-BTP-BCA-BQP-BNV")
    page.locator(".rest-choices", has=page.get_by_label("Văn bản viện dẫn: chọn thêm")).get_by_role(
        "button", name="Lọc"
    ).click()
    page.locator(".chosen .filter", has_text="3/2020").wait_for()
    assert overflow(page) == []
    page.locator(".narrowing-fold summary").click()
    page.get_by_label("Có hiệu lực vào ngày").fill("05/2/2024")
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url("**ngay=05*")
    assert found(page) == []
    page.get_by_role("link", name="Bỏ tất cả bộ lọc").first.click()
    expect(page.locator(".hit-title")).to_have_count(4)


@pytest.mark.pure
def test_filters_are_reached_and_passed_by_the_keyboard(visit, shelf, reader):
    page = visit("/tim-kiem/?q=dang+ky", as_=reader)
    page.locator("#q").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.finding > .skip')"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "ket-qua"
    phone = visit("/tim-kiem/?q=dang+ky", as_=reader, width=PHONE)
    phone.locator(".narrowing-fold summary").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".narrowing")).to_be_visible()


@pytest.mark.pure
def test_an_invalid_date_is_reported_at_its_field(visit, shelf, reader):
    for width in (DESKTOP, PHONE):
        page = visit("/tim-kiem/?q=dang+ky&ngay=31/02/2026", as_=reader, width=width)
        message = page.locator("#ngay-loi")
        assert message.is_visible() and "31/02/2026" in message.inner_text()
        assert page.evaluate("document.activeElement.id") == "ngay"
        assert len(found(page)) == 4


@pytest.mark.parametrize("scripts", [True, False])
def test_results_are_plain_links_and_opening_one_is_noted(visit, shelf, scripts):
    page = visit("/tim-kiem/?q=dang+ky+ket+hon", scripts=scripts)
    link = page.locator(".hit-title a").first
    assert re.match(rf"/d/{shelf[1].pk}/", link.get_attribute("href"))
    link.click()
    page.wait_for_url(f"**/d/{shelf[1].pk}/**")
    assert page.locator("h1").inner_text() == "Đăng ký kết hôn"
    assert list(QueryLog.objects.values_list("text", "opened")) == [("dang ky ket hon", 1)]


def test_a_search_is_saved_opened_and_deleted(visit, shelf, reader):
    page = visit("/tim-kiem/?q=dang+ky&kind=procedure&sort=date", as_=reader, width=PHONE)
    page.get_by_role("link", name="Lưu tìm kiếm này").click()
    page.get_by_label("Tên").fill("Quy trình đăng ký")
    page.get_by_role("button", name="Lưu tìm kiếm").click()
    page.wait_for_url("**/tim-kiem/da-luu/")
    page.get_by_role("button", name=re.compile("Gửi thư khi có kết quả mới")).click()
    page.get_by_text("Có gửi thư").wait_for()
    page.get_by_role("link", name="Quy trình đăng ký", exact=True).click()
    page.wait_for_url("**/tim-kiem/?**")
    assert found(page) == ["Đăng ký khai sinh", "Đăng ký kết hôn"]
    page.get_by_role("link", name="Đã lưu: Quy trình đăng ký").click()
    page.get_by_role("link", name=re.compile("Đổi tên hoặc xóa")).click()
    page.get_by_role("button", name="Xóa tìm kiếm này").click()
    page.get_by_text("Chưa có tìm kiếm nào").wait_for()
    assert not SavedSearch.objects.exists()


@pytest.mark.pure
def test_suggestions_are_a_combobox_that_readers_of_screens_understand(
    visit, serious, shelf, reader
):
    page = visit("/tim-kiem/", as_=reader)
    box = page.get_by_role("combobox", name="Từ cần tìm hoặc mã hiệu")
    box.press_sequentially("dang ky k")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert page.get_by_role("listbox", name="Từ cần tìm hoặc mã hiệu").count() == 1
    assert page.locator(".search-page [role=status]").inner_text() == f"{options.count()} gợi ý"
    assert serious(page) == []
    box.press("ArrowUp")  # the last one
    assert box.get_attribute("aria-activedescendant") == options.last.get_attribute("id")
    box.press("ArrowDown")  # back to what was typed
    assert box.get_attribute("aria-activedescendant") is None and box.input_value() == "dang ky k"
    box.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)


@pytest.mark.pure
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_no_page_of_the_search_has_serious_faults_of_access(
    visit, serious, shelf, reader, agency, width, dark
):
    SavedSearch.objects.create(
        person=reader, name="Từ" * 45, query="q=dang+ky&kind=form", mails=True
    )
    for path in (
        "/tim-kiem/",
        f"/tim-kiem/?q=dang+ky&agency={agency.pk}&kind=procedure&year=2026&cu=1",
        "/tim-kiem/?q=dang+ky&kind=regulation",
        "/tim-kiem/?q=dang+ky&ngay=31/02/2026",
        "/tim-kiem/?kind=form&sort=code",
        "/tim-kiem/da-luu/",
        "/tim-kiem/da-luu/moi/?q=dang+ky&kind=procedure",
        f"/tim-kiem/da-luu/{SavedSearch.objects.get().pk}/",
    ):
        page = visit(path, as_=reader, width=width, dark=dark)
        if "?q" in path and width < 600 and "moi" not in path:
            page.evaluate("document.querySelector('.narrowing-fold').open = true")
        assert (path, serious(page), overflow(page)) == (path, [], [])


@pytest.mark.pure
def test_on_paper_there_are_results_and_no_filters(visit, shelf):
    page = visit("/tim-kiem/?q=dang+ky&kind=procedure")
    page.emulate_media(media="print")
    shown = {
        name: page.locator(name).first.is_visible()
        for name in (".narrowing", ".search-page", ".top", ".chosen", ".hit-title", ".hit-meta")
    }
    assert shown == {
        ".narrowing": False,
        ".search-page": False,
        ".top": False,
        ".chosen": True,
        ".hit-title": True,
        ".hit-meta": True,
    }


@pytest.fixture
def meaning(settings):
    """Search by meaning is on, with the product's own model."""
    settings.QMS_MEANING = "on"
    embedding.forget()
    if embedding.current() is None:
        pytest.skip("no model of meaning runs on this machine")
    yield
    embedding.forget()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_question_without_a_word_of_its_document_finds_it_and_what_is_like_it(
    visit, serious, meaning, agency, other_agency, make_document, width
):
    said = content("Thành phần, số lượng, lệ phí, mẫu đơn, nơi nộp, cách nhận giấy tờ.")
    for office, title in (
        (agency, "Đăng ký khai tử"),
        (other_agency, "Đăng ký khai tử"),
        (agency, "Cấp giấy phép xây dựng nhà ở riêng lẻ"),
    ):
        make_document(
            office, code="", title=title, body=said, visibility="public", issued="2026-01-05"
        )
    pending.flush()
    upkeep.catch_up()
    page = visit("/tim-kiem/", width=width)
    page.locator("#q").fill("khi người thân hy sinh hoặc lìa đời")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".hit .near")).to_have_text(["gần nghĩa"] * 2)
    assert found(page) == ["Đăng ký khai tử"] * 2
    assert overflow(page) == [] and serious(page) == []
    page.locator(".hit-title a").first.click()
    alike = page.locator(".alike")
    expect(alike).to_contain_text("Tài liệu gần giống")
    expect(alike.get_by_role("link")).to_have_count(1)
    assert overflow(page) == [] and serious(page) == []
    here = page.url
    alike.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Đăng ký khai tử")
    assert page.url != here
