"""An auditor's device: reported capabilities and limits, unsent data, and removing an audit from
it."""

import pytest
from playwright.sync_api import expect

from audits.models import Answer
from tests.audits.conftest import audit, cast, planned, programme, row, under_way  # noqa: F401
from tests.journeys.conftest import DESKTOP, PHONE, overflow
from tests.journeys.test_on_site_journey import opened, phone, status  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.pure]
WARNINGS = "[data-warnings]"
COUNT = "() => new Promise(r => { const o = indexedDB.open('danh-gia'); o.onsuccess = () => { const t = o.result.transaction(['shares', 'entries', 'drafts', 'packs']); let n = 0; for (const s of t.objectStoreNames) t.objectStore(s).count().onsuccess = e => n += e.target.result; t.oncomplete = () => { o.result.close(); r(n); }; }; })"


def again(page, script):
    """Reopens the page on a device on which `script` applies."""
    page.context.add_init_script(script)
    page.reload()
    return page


def without_sending(page):
    """The network works, but the server accepts no answers."""
    page.context.route("**/tai-cho/gui/", lambda route: route.abort("internetdisconnected"))


def answer(page, item):
    opened(page, item).get_by_label("Phù hợp", exact=True).check()
    expect(status(page)).to_contain_text("Chưa gửi: 1 câu trả lời")


# --- taking it off the device ---------------------------------------------------------------------


def test_what_is_not_sent_is_counted_before_it_is_lost(phone, under_way):  # noqa: F811
    first, second = under_way.items.order_by("pk")[:2]
    phone.context.set_offline(True)
    answer(phone, first)
    card = opened(phone, second)
    card.get_by_label("Ghi chép").fill("đang ghi dở")
    expect(status(phone)).to_contain_text("Chưa gửi: 1")
    phone.wait_for_timeout(600)  # input is stored a moment after the last key
    asked = []

    def decide(dialog):
        asked.append(dialog.message)
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    phone.on("dialog", decide)
    with phone.expect_event("dialog"):  # the page counts before it asks
        phone.get_by_role("button", name="Xóa khỏi máy").click()
    expect(status(phone)).to_contain_text("Chưa gửi: 1")
    assert "CHƯA GỬI: 1 câu trả lời, 1 câu đang viết dở" in asked[0]
    assert phone.evaluate(COUNT) > 0
    phone.get_by_role("button", name="Xóa khỏi máy").click()
    expect(status(phone)).to_contain_text("Đã xóa phần của cuộc đánh giá khỏi máy này")
    assert phone.evaluate(COUNT) == 0
    phone.context.set_offline(False)
    phone.wait_for_timeout(500)
    expect(phone.locator("details.question:visible")).to_have_count(0)
    assert phone.evaluate(COUNT) == 0  # nothing comes back by itself
    assert not Answer.objects.exists()


def test_where_all_is_sent_it_says_so(phone, under_way):  # noqa: F811
    asked = []
    phone.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    phone.get_by_role("button", name="Xóa khỏi máy").click()
    expect(status(phone)).to_contain_text("Đã xóa phần của cuộc đánh giá khỏi máy này")
    (said,) = asked
    assert "Máy chủ đã nhận đủ" in said and "CHƯA GỬI" not in said


# --- what is not sent stands on every page --------------------------------------------------------


def test_the_number_of_unsent_answers_is_on_every_page(phone, cast, under_way, serious):  # noqa: F811
    without_sending(phone)
    answer(phone, under_way.items.order_by("pk").first())
    base = phone.url.partition("/danh-gia/")[0]
    agency = f"/a/{cast.agency.pk}/danh-gia"
    one = f"/danh-gia/{under_way.pk}"
    for path in ("/", "/viec/", "/tim-kiem/?q=quy", f"/a/{cast.agency.pk}/", "/khong-co/", "/danh-gia/", f"{one}/", f"{one}/phieu/", f"{one}/tai-cho/", "/danh-gia/tren-may/", "/danh-gia/lich/", f"{agency}/", f"{agency}/phat-hien/", f"{agency}/hanh-dong/", f"{agency}/tong-quan/"):  # fmt: skip
        phone.goto(base + path)
        band = phone.locator("#chua-gui")
        expect(band).to_be_visible()
        expect(band).to_contain_text("1 câu trả lời")
    assert serious(phone) == []
    assert overflow(phone) == []
    phone.context.unroute("**/tai-cho/gui/")
    with phone.expect_response(lambda answer: answer.url.endswith("/tai-cho/gui/") and answer.ok):
        phone.goto(base + "/danh-gia/")
    expect(phone.locator("#chua-gui")).to_be_hidden()
    assert Answer.objects.count() == 1


# --- what the device cannot do is said at once ----------------------------------------------------


def test_lasting_storage_is_asked_for_and_a_refusal_is_said(phone):  # noqa: F811
    again(
        phone,
        "StorageManager.prototype.persist = async () => { window.asked = (window.asked || 0) + 1; return false; };",
    )
    expect(phone.locator(WARNINGS)).to_contain_text("Trình duyệt chưa cam kết giữ dữ liệu")
    assert phone.evaluate("() => window.asked") == 1


def test_where_it_is_granted_nothing_is_said(phone):  # noqa: F811
    again(
        phone,
        "StorageManager.prototype.persist = async () => true; StorageManager.prototype.estimate = async () => ({quota: 1e10, usage: 0});",
    )
    expect(phone.locator("[data-ready]")).to_contain_text("mở lại được khi mất mạng")
    expect(phone.locator(f"{WARNINGS} li")).to_have_count(0)


def test_little_room_is_said(phone):  # noqa: F811
    again(phone, "StorageManager.prototype.estimate = async () => ({quota: 1e8, usage: 9e7});")
    expect(phone.locator(WARNINGS)).to_contain_text("còn ít chỗ trống")


def test_without_a_service_worker_it_is_said(phone):  # noqa: F811
    again(phone, "delete Navigator.prototype.serviceWorker;")
    expect(phone.locator(WARNINGS)).to_contain_text("không mở lại được trang khi mất mạng")
    expect(phone.locator("details.question").first).to_be_visible()


def test_over_plain_http_it_says_that_https_is_needed(phone):  # noqa: F811
    again(phone, "Object.defineProperty(window, 'isSecureContext', {get: () => false});")
    expect(phone.locator(WARNINGS)).to_contain_text("Hãy mở bằng địa chỉ https")
    expect(phone.locator("[data-ready]")).to_have_text("")


def test_on_an_iphone_it_tells_of_seven_days_and_the_home_screen(phone, serious):  # noqa: F811
    again(
        phone,
        "Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari'});",
    )
    expect(phone.locator(WARNINGS)).to_contain_text("sau bảy ngày")
    expect(phone.locator(WARNINGS)).to_contain_text("Thêm vào MH chính")
    assert serious(phone) == []
    assert overflow(phone) == []


def test_where_the_browser_keeps_nothing_it_is_said(phone):  # noqa: F811
    again(phone, "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };")
    expect(status(phone)).to_contain_text("Trình duyệt không cho lưu trên máy này")
    expect(phone.locator("details.question:visible")).to_have_count(0)


def test_a_full_device_says_that_nothing_was_kept(phone, under_way):  # noqa: F811
    again(
        phone,
        "IDBObjectStore.prototype.add = function () { throw new DOMException('full', 'QuotaExceededError'); };",
    )
    opened(phone, under_way.items.order_by("pk").first()).get_by_label(
        "Phù hợp", exact=True
    ).check()
    expect(status(phone)).to_contain_text("Máy đã hết chỗ")
    assert not Answer.objects.exists()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_list_of_the_device_is_in_order(visit, cast, under_way, serious, width):  # noqa: F811
    page = visit("/danh-gia/tren-may/", as_=cast.auditor, width=width)
    expect(page.locator("#phan-tren-may")).to_contain_text("Máy này không giữ cuộc đánh giá nào")
    assert serious(page) == []
    assert overflow(page) == []
