"""Staff and anonymous visitors on the reader's site, in a real browser."""

import datetime
import re

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from procedures import lifecycle
from qms.clock import today
from search.queue import pending
from tests.issuing import issue as issue_now
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.procedures.reader_helpers import procedure, section, steps, text

pytestmark = pytest.mark.browser
LONG = "Tiếp nhận và giải quyết hồ sơ đề nghị xác nhận tình trạng hôn nhân của công dân Việt Nam cư trú ở nước ngoài trong thời gian trước khi xuất cảnh, sau khi về nước và trong các trường hợp đặc biệt khác"


@pytest.fixture
def registered(agency, make_document):
    """A procedure in its second version, for everybody; the first is replaced."""
    page = make_document(
        agency, code="QT-01/STP", title="Đăng ký khai sinh", body=procedure(), issued="2026-01-05", visibility="public",
        signers=[{"role": "approved", "name": "Lê Văn Duyệt", "post": "Giám đốc Sở"}], legal_basis=["60/2014/QH13"], issue_number=1,
    )  # fmt: skip
    lifecycle.revise_draft(page, by=None, issue_number=2)
    issue_now(page, issued_on=today() - datetime.timedelta(days=2), by=None)
    make_document(
        agency,
        code="QT-02/STP",
        title="Chứng thực chữ ký",
        body=procedure(),
        issued="2026-01-05",
        visibility="city",
    )
    make_document(
        agency,
        code="QT-03/STP",
        title="Chi tiêu nội bộ",
        body=procedure(),
        issued="2026-01-05",
        visibility="agency",
    )
    pending.flush()
    return page


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_staff_find_a_procedure_without_marks_and_read_its_steps(visit, registered, reader, width):
    page = visit("/", as_=reader, width=width)
    page.keyboard.press("/")
    page.keyboard.type("dang ky khai sinh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/**")
    page.locator(".hit a").first.click()
    page.wait_for_url(re.compile(rf"/d/{registered.pk}/"))
    assert page.locator("h1").inner_text() == "Đăng ký khai sinh"
    assert page.locator(".doc-state").get_by_text("Có hiệu lực").first.is_visible()
    step = page.locator(".grid-steps tr", has_text="Tiếp nhận hồ sơ")
    assert step.is_visible()
    assert step.evaluate("row => getComputedStyle(row).display") == (
        "table-row" if width == DESKTOP else "block"
    )
    assert page.locator("svg.flow").first.is_visible()
    assert overflow(page) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_stranger_finds_what_is_for_them_and_nothing_else(visit, registered, stranger, width):
    page = visit("/tim-kiem/?q=chi+tieu+noi+bo", as_=stranger, width=width)
    assert page.get_by_text("Chi tiêu nội bộ").count() == 0
    page = visit("/tim-kiem/?q=chung+thuc+chu+ky", as_=stranger, width=width)
    assert page.locator(".hit a", has_text="Chứng thực chữ ký").is_visible()
    page = visit("/tim-kiem/?q=chung+thuc+chu+ky", width=width)
    assert page.locator(".hit a", has_text="Chứng thực chữ ký").count() == 0


@pytest.mark.pure
def test_suggestions_are_reached_by_the_keyboard(visit, registered, reader):
    page = visit("/", as_=reader)
    box = page.locator("#q-home")
    box.press_sequentially("khai sinh")
    option = page.locator('[role="option"]').first
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "khai sinh"
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/d/**")


@pytest.mark.pure
def test_without_scripts_everything_can_be_read_and_searched(visit, registered, reader):
    page = visit("/", as_=reader, scripts=False)
    page.fill("#q-home", "khai sinh")
    page.locator("form.search button").click()
    page.locator(".hit a").first.click()
    assert page.locator("h1").inner_text() == "Đăng ký khai sinh"
    page.get_by_role("link", name="Các phiên bản").first.click()
    assert page.locator("#phien-ban").is_visible()


def test_an_old_version_leads_to_the_one_in_force(visit, registered):
    first = registered.versions.order_by("ordinal").first()
    page = visit(f"/v/{first.pk}/", width=PHONE)
    banner = page.locator(".strip-bad")
    assert banner.bounding_box()["y"] < 300
    banner.get_by_role("link").click()
    page.wait_for_url(f"**/d/{registered.pk}/")
    assert page.locator(".strip-bad").count() == 0


@pytest.mark.pure
def test_the_list_of_sections_shows_where_one_is(visit, registered):
    page = visit(f"/d/{registered.pk}/")
    page.locator(".toc-side a", has_text="Biểu mẫu").click()
    page.locator(".toc-side [aria-current]", has_text="Biểu mẫu").wait_for()
    phone = visit(f"/d/{registered.pk}/", width=PHONE)
    assert not phone.locator(".toc-side").is_visible()
    phone.locator(".toc-fold summary").click()
    phone.locator(".toc-fold a", has_text="Biểu mẫu").click()
    assert not phone.locator(".toc-fold ul").is_visible()


@pytest.mark.pure
def test_an_address_opens_the_fold_that_it_leads_into(visit, registered):
    page = visit(f"/d/{registered.pk}/#phan-1")
    expect(page.locator("details.rest")).to_have_attribute("open", "")


@pytest.mark.pure
def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(visit, registered):
    page = visit(f"/d/{registered.pk}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"


def test_signing_out_and_the_language_are_one_press(visit, registered, reader, site):
    page = visit("/", as_=reader)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập", exact=True)).to_be_visible()


@pytest.mark.pure
def test_on_paper_there_is_no_navigation_but_the_mark_of_an_uncontrolled_copy(visit, registered):
    page = visit(f"/d/{registered.pk}/")
    page.emulate_media(media="print")
    shown = {
        name: page.locator(name).first.is_visible()
        for name in (
            ".top",
            ".toc-side",
            ".bottom",
            ".acts",
            ".print-line",
            ".grid-steps",
            "svg.flow",
            ".screen-only",
        )
    }
    assert shown == {
        ".top": False,
        ".toc-side": False,
        ".bottom": False,
        ".acts": False,
        ".print-line": True,
        ".grid-steps": True,
        "svg.flow": True,
        ".screen-only": False,  # the approval page's files
    }
    assert "Bản in không kiểm soát, in ngày" in page.locator(".print-line").inner_text()
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000


@pytest.mark.pure
def test_on_paper_a_chart_is_whole_and_words_of_the_time_column_are_too(
    visit, agency, make_document
):
    rows = [(str(n), f"Việc thứ {n} của bộ phận", "Công chức", "0,5 ngày") for n in range(1, 9)]
    body = {
        "sections": [
            section("scope", "PHẠM VI", text("<p>Lời mở đầu dài.</p>" * 22), number="1."),
            section("content", "NỘI DUNG", steps(*rows), number="2."),
        ]
    }
    page = make_document(agency, body=body, issued="2026-01-05", visibility="public")
    shown = visit(f"/d/{page.pk}/")
    sheets = PdfDocument(shown.pdf(prefer_css_page_size=True))
    texts = [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in sheets]
    whole = [number for number, said in enumerate(texts) if "Bắt đầu" in said or "Kết thúc" in said]
    assert len(whole) == 1, texts
    shown.emulate_media(media="print")
    head = shown.locator("th.col-duration")
    lines = "th => { const r = document.createRange(); r.selectNodeContents(th); return new Set([...r.getClientRects()].map(b => Math.round(b.top))).size; }"
    shown.set_viewport_size({"width": 654, "height": 900})  # 173 mm of an A4 sheet
    assert head.evaluate(lines) == 1


@pytest.fixture
def awkward(agency, make_document):
    """A long title, many steps, a wide table, a very long word."""
    many = steps(
        *(
            (
                str(n),
                f"Việc thứ {n}: " + "kiểm tra, đối chiếu hồ sơ " * 6,
                "Công chức tiếp nhận",
                "0,5 ngày",
                "1 ngày",
            )
            for n in range(1, 201)
        ),
        ("total", "Tổng thời gian", "100 ngày", "200 ngày"),
        cases=("Không phải xác minh", "Phải xác minh"),
    )
    wide = "<table><tr>" + "".join(f"<td>Cột số {n} rộng</td>" for n in range(30)) + "</tr></table>"
    content = {
        "sections": [
            section(
                "content",
                "NỘI DUNG",
                many,
                {"type": "table", "html": wide},
                text(f"<p>{'Rấtdài' * 60}</p>"),
                number="1.",
            )
        ]
    }
    return make_document(
        agency,
        code="QT-99/" + "RẤT-DÀI-" * 5,
        title=LONG,
        body=content,
        issued="2026-01-05",
        visibility="public",
    )


@pytest.mark.pure
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_awkward_documents_stay_on_the_page(visit, awkward, width):
    page = visit(f"/d/{awkward.pk}/", width=width)
    assert overflow(page) == []
    frame = page.locator(".scroll", has_text="Cột số 29")
    assert frame.get_attribute("tabindex") == "0"
    frame.focus()
    page.keyboard.press("ArrowRight")
    expect(frame).not_to_have_js_property("scrollLeft", 0)


@pytest.mark.pure
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_no_page_has_serious_faults_of_access(visit, serious, registered, reader, width, dark):
    old = registered.versions.order_by("ordinal").first()
    for path in (
        "/",
        "/a/",
        f"/a/{registered.agency_id}/",
        f"/d/{registered.pk}/",
        f"/v/{old.pk}/",
        "/tim-kiem/?q=khai+sinh",
        f"/d/{registered.pk}/so-sanh/",
        "/tim-kiem/?q=zzzz",
        "/khong-co/",
    ):
        page = visit(path, as_=reader, width=width, dark=dark)
        assert (path, serious(page, "moderate"), overflow(page)) == (path, [], [])


@pytest.mark.pure
def test_a_comparison_on_a_phone_needs_no_scrolling_and_names_no_keys(visit, registered, reader):
    changed = procedure()
    changed["sections"][1]["blocks"] = [text("<p>Thống nhất mọi cách làm.</p>")]
    changed["sections"][2]["blocks"][5]["rows"][1]["cells"][3] = "05 ngày"
    lifecycle.revise_draft(registered, by=None, content=changed)
    issue_now(registered, issued_on=today() - datetime.timedelta(days=1), by=None)
    for width, keys in ((PHONE, False), (DESKTOP, True)):
        page = visit(f"/d/{registered.pk}/so-sanh/", as_=reader, width=width)
        assert page.locator(".diff-keys").is_visible() == keys
        frame = page.locator(".diff .scroll").first
        assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
        assert page.locator("td[data-label='Thời gian'] ins").first.is_visible()


@pytest.mark.pure
def test_the_first_load_is_small(visit, registered, site):
    import gzip
    import urllib.request

    loaded = []
    page = visit("/a/")
    page.on("response", lambda response: loaded.append(response))
    page.goto(f"{site.url}/d/{registered.pk}/")
    addresses = {response.url for response in loaded} | {
        f"{site.url}/static/{name}"
        for name in ("site.css", "site.js", "suggest.js", "icons.svg", "favicon.svg")
    }
    assert (
        sum(len(gzip.compress(urllib.request.urlopen(address).read())) for address in addresses)
        < 150_000
    )
    assert {address.split("/")[2] for address in addresses} == {site.url.split("/")[2]}
