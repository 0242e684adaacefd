"""An auditor with a phone: answers offline, the tab killed and reopened, sent once when the network
is back."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from audits import lifecycle
from audits.models import Answer, Evidence, Finding
from tests.audits.conftest import audit, cast, plan_row, planned, programme, row, under_way  # noqa: F401
from tests.journeys.conftest import PHONE, overflow

pytestmark = [pytest.mark.browser, pytest.mark.pure]
# Two questions, however often each was answered
NOT_SENT = "Chưa gửi: 2 câu trả lời, 1 phát hiện, 1 ảnh. Đang không có mạng; nội dung được giữ trên máy và gửi khi có mạng."


@pytest.fixture
def phone(visit, cast, under_way):  # noqa: F811
    """The on-site checklist, stored on the device."""
    return kept(visit, under_way, cast.auditor)


def kept(visit, audit, person):  # noqa: F811
    page = visit(f"/danh-gia/{audit.pk}/tai-cho/", as_=person, width=PHONE)
    expect(page.locator("details.question")).to_have_count(audit.items.count())
    expect(page.locator("[data-ready]")).to_contain_text("mở lại được khi mất mạng")
    return page


def opened(page, item):
    card = page.locator(f"#cau-{item.pk}")
    card.locator("summary").click()
    return card


def status(page):
    return page.locator("[data-status]")


def saved(card):
    """Where the answer of the question is, said at the question."""
    return card.locator(".saved-state")


def answer_and_send(page, item):
    """Answers online, and waits until the server has it."""
    card = opened(page, item)
    with page.expect_response(lambda answer: answer.url.endswith("/gui/") and answer.ok):
        card.get_by_label("Phù hợp", exact=True).check()
    expect(status(page)).to_contain_text("Máy chủ đã nhận đủ")


def photo():
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), "teal").save(out, "JPEG")
    return {"name": "so-theo-doi.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_day_without_a_network(phone, cast, under_way, serious):  # noqa: F811
    first, second = under_way.items.order_by("pk")[:2]
    assert serious(phone) == []
    assert overflow(phone) == []
    phone.context.set_offline(True)
    opened(phone, first).get_by_label("Phù hợp", exact=True).check()
    card = opened(phone, second)
    card.get_by_label("Không phù hợp").check()
    card.get_by_label("Ghi chép").fill("Ba hồ sơ thiếu giấy tiếp nhận")
    card.get_by_label("Ảnh, tệp").set_input_files(photo())
    card.get_by_role("button", name="Lưu câu trả lời").click()
    expect(status(phone)).to_contain_text("Chưa gửi: 2 câu trả lời, 1 ảnh.")
    expect(saved(card)).to_contain_text("Đã lưu trên máy lúc")
    expect(card.locator(".answered")).to_have_text("Không phù hợptrên máy, chưa gửi")
    card.get_by_role("button", name="Ghi phát hiện").click()
    expect(card.locator(".answered")).to_contain_text("Phát hiện: trên máy, chưa gửi")
    expect(card.get_by_role("button", name="Rút phát hiện")).to_be_focused()
    expect(phone.locator("[data-unfinished]")).to_contain_text("chưa chọn mức")
    grade = card.get_by_label("Mức của phát hiện")
    grade.focus()
    grade.select_option("major")
    expect(grade).to_be_focused()
    expect(phone.locator("[data-unfinished]")).to_be_hidden()
    card.get_by_label("Ghi chép").fill("Bốn hồ sơ thiếu giấy tiếp nhận")  # it follows the answer
    card.get_by_role("button", name="Lưu câu trả lời").click()
    expect(card.locator(".saved-state")).to_contain_text("Đã lưu trên máy lúc")
    expect(status(phone)).to_have_text(NOT_SENT)
    assert not Answer.objects.exists()

    # The tab is killed; the phone opens another, still without a network
    again = phone.context.new_page()
    address = phone.url
    phone.close()
    again.goto(address)
    expect(status(again)).to_have_text(NOT_SENT)
    expect(again.locator("[data-warnings]")).not_to_contain_text("không mở lại được")
    expect(again.locator(f"#cau-{second.pk}")).to_contain_text("Không phù hợp")
    again.goto(address.replace("tai-cho/", ""))
    expect(again.locator("#chua-gui")).to_contain_text("2 câu trả lời")
    expect(again.locator("#chua-gui")).to_contain_text("1 phát hiện")
    expect(again.locator("#chua-gui")).to_contain_text("1 ảnh")
    expect(again.locator("#phan-tren-may")).to_contain_text("Đánh giá nội bộ đợt 1")

    again.goto(address)
    again.context.set_offline(False)
    expect(status(again)).to_contain_text("Máy chủ đã nhận đủ")
    assert [(a.item, a.result) for a in Answer.objects.order_by("pk")] == [
        (first, "conforms"),
        (second, "nonconformity"),
        (second, "nonconformity"),
    ]
    finding = Finding.objects.get()
    assert (finding.item, finding.seen) == (second, "Bốn hồ sơ thiếu giấy tiếp nhận")
    assert finding.grade == "major"
    expect(again.locator(f"#cau-{second.pk} > summary")).not_to_contain_text("Phát hiện")
    opened(again, second)
    expect(again.get_by_role("link", name=finding.code)).to_be_visible()
    assert Evidence.objects.get().subject == f"item:{second.pk}"


def test_an_answer_of_the_server_that_is_cut_off_is_asked_for_again(phone, under_way):  # noqa: F811
    cut = []

    def half(route):
        if route.request.method == "POST" and not cut:
            cut.append(route.request.url)
            route.fetch()  # the server has taken it
            route.fulfill(status=200, content_type="application/json", body='{"outcomes": [')
        else:
            route.continue_()

    phone.context.route("**/gui/", half)
    item = under_way.items.first()
    opened(phone, item).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Máy chủ đang bận")
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    assert (len(cut), Answer.objects.count()) == (1, 1)


def test_two_phones_one_question(phone, visit, cast, under_way):  # noqa: F811
    item = under_way.items.first()
    lead = kept(visit, under_way, cast.lead)
    lead.context.set_offline(True)
    opened(lead, item).get_by_label("Không áp dụng").check()
    answer_and_send(phone, item)
    lead.context.set_offline(False)
    card = lead.locator(f"#cau-{item.pk}")
    expect(card).to_contain_text("Hai người trả lời khác nhau")
    expect(phone.locator(f"#cau-{item.pk}")).to_contain_text("Hai câu trả lời khác nhau")
    card.get_by_role("button", name="Chọn câu trả lời này").first.click()
    expect(phone.locator(f"#cau-{item.pk} > summary")).not_to_contain_text(
        "Hai câu trả lời khác nhau"
    )
    assert Answer.objects.count() == 3


def test_the_device_belongs_to_one_person(phone, cast, under_way):  # noqa: F811
    phone.context.set_offline(True)
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Chưa gửi: 1")
    phone.context.add_cookies(
        [
            {
                "name": "device_person",
                "value": str(cast.lead.pk),
                "url": phone.url.split("/danh-gia")[0],
            }
        ]
    )
    phone.reload()
    expect(status(phone)).to_contain_text("thuộc người khác")
    expect(phone.locator("details.question")).to_have_count(0)


def test_after_the_session_the_answers_wait(phone, cast, under_way):  # noqa: F811
    session = next(c for c in phone.context.cookies() if c["name"] == "sessionid")
    phone.context.clear_cookies(name="sessionid")
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Phiên làm việc đã hết")
    expect(phone.get_by_role("link", name="Đăng nhập")).to_be_visible()
    phone.context.add_cookies([session])
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    assert Answer.objects.count() == 1


def test_before_the_audit_begins_the_device_is_made_ready(visit, cast, planned, row):  # noqa: F811
    """What is written before the lead begins waits on the device, and is sent then."""
    lifecycle.make_checklist(row, by=cast.auditor)
    phone = kept(visit, planned, cast.auditor)
    opened(phone, planned.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("chưa bắt đầu")
    expect(status(phone)).to_contain_text("Chưa gửi: 1")
    assert not Answer.objects.exists() and not planned.set_aside.exists()
    lifecycle.start(planned, by=cast.lead)
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    assert Answer.objects.count() == 1


def test_the_share_goes_once_the_server_has_everything(phone, cast, under_way):  # noqa: F811
    answer_and_send(phone, under_way.items.first())
    lifecycle.conclude(under_way, conclusion="Phù hợp", by=cast.lead)
    expect(status(phone)).to_contain_text("Phần trên máy này đã được xóa")
    kept = "() => new Promise(r => { const o = indexedDB.open('danh-gia'); o.onsuccess = () => { const q = o.result.transaction('packs').objectStore('packs').count(); q.onsuccess = () => r(q.result); }; })"
    assert phone.evaluate(kept) == 0
