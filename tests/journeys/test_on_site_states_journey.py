"""What the checklist on a phone says of itself: where an answer is, what is left, what is ready
before one goes, and what happens when somebody else writes or signs in meanwhile."""

import pytest
from playwright.sync_api import expect

from audits import lifecycle
from audits.models import Answer, Audit, Finding
from tests.audits.conftest import audit, cast, plan_row, planned, programme, row, under_way  # noqa: F401
from tests.journeys.conftest import overflow
from tests.journeys.test_on_site_journey import opened, phone, saved, status  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.pure]
ENTRIES = "() => new Promise(r => { const o = indexedDB.open('danh-gia'); o.onsuccess = () => { const q = o.result.transaction('entries').objectStore('entries').count(); q.onsuccess = () => { o.result.close(); r(q.result); }; }; })"
LISTEN = "() => { window.heard = []; new MutationObserver(() => heard.push(document.querySelector('[data-status]').textContent)).observe(document.querySelector('[data-status]'), {childList: true, characterData: true, subtree: true}); }"


def test_a_question_says_where_its_answer_is(phone, under_way, serious):  # noqa: F811
    item = under_way.items.first()
    phone.context.set_offline(True)
    card = opened(phone, item)
    card.get_by_label("Phù hợp", exact=True).check()
    expect(saved(card)).to_contain_text("Đã lưu trên máy lúc")
    expect(saved(card)).to_contain_text("chưa gửi")
    assert saved(card).get_attribute("role") == "status"
    card.get_by_label("Ghi chép").fill("Đủ sổ")
    expect(saved(card)).to_contain_text("Bản viết dở đã giữ trên máy")
    expect(status(phone)).to_contain_text("Còn 1 câu đang viết dở, chưa lưu.")
    card.get_by_role("button", name="Lưu câu trả lời").click()
    expect(saved(card)).to_contain_text("Đã lưu trên máy lúc")
    expect(status(phone)).not_to_contain_text("viết dở")
    expect(status(phone)).to_contain_text("Chưa gửi: 1 câu trả lời.")
    assert phone.evaluate(ENTRIES) == 2
    card.get_by_role("button", name="Lưu câu trả lời").click()  # nothing is new
    expect(saved(card)).to_contain_text("Đã lưu trên máy lúc")
    assert phone.evaluate(ENTRIES) == 2
    phone.context.set_offline(False)
    expect(saved(card)).to_contain_text("Đã gửi, máy chủ nhận lúc")
    assert serious(phone) == []
    assert overflow(phone) == []


def test_a_device_that_keeps_nothing_says_so_at_the_question(phone, under_way):  # noqa: F811
    phone.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    card = opened(phone, under_way.items.first())
    card.get_by_label("Phù hợp", exact=True).check()
    expect(card.get_by_role("alert")).to_contain_text("chưa được lưu")
    expect(saved(card)).to_have_text("")


def test_what_is_not_checked_is_not_done(phone, under_way):  # noqa: F811
    first, second = under_way.items.order_by("pk")[:2]
    total, progress = under_way.items.count(), phone.locator("[data-progress]")
    opened(phone, first).get_by_label("Chưa kiểm tra").check()
    opened(phone, second).get_by_label("Phù hợp", exact=True).check()
    expect(progress).to_have_text(f"Đã trả lời 1/{total}")
    phone.locator(f"#cau-{first.pk} > summary").click()
    phone.locator(f"#cau-{second.pk} > summary").click()
    phone.get_by_label("Chỉ câu chưa trả lời").check()
    expect(phone.locator(f"#cau-{first.pk}")).to_be_visible()
    expect(phone.locator(f"#cau-{second.pk}")).to_be_hidden()


def test_nothing_is_said_of_a_busy_server_after_coming_back(phone, under_way):  # noqa: F811
    """The band of every page sends too; the page does not take that for a busy server."""
    phone.context.set_offline(True)
    for item in under_way.items.all()[:4]:
        opened(phone, item).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Chưa gửi: 4 câu trả lời")
    phone.goto(phone.url.replace(f"{under_way.pk}/tai-cho", "tren-may"))
    phone.context.add_init_script(f"addEventListener('DOMContentLoaded', {LISTEN});")
    phone.context.set_offline(False)
    phone.goto(phone.url.replace("tren-may", f"{under_way.pk}/tai-cho"))
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    said = " ".join(phone.evaluate("() => window.heard"))
    assert "nhận đủ" in said and "bận" not in said
    assert Answer.objects.count() == 4


def test_while_another_tab_sends_the_server_is_not_called_busy(phone, under_way):  # noqa: F811
    other = phone.context.new_page()
    other.goto(phone.url.replace(f"{under_way.pk}/tai-cho", "tren-may"))
    other.evaluate(
        "() => { const held = new Promise(done => { window.release = done; }); return new Promise(ready => { navigator.locks.request(document.cookie.replace(/.*device_person=(\\d+).*/, 'danh-gia $1:"
        + str(under_way.pk)
        + "'), () => { ready(); return held; }); }); }"
    )
    phone.bring_to_front()
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Thẻ khác của trình duyệt đang gửi")
    other.evaluate("() => release()")
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")


def test_a_network_that_carries_nothing_is_given_up(phone, under_way):  # noqa: F811
    quick = "const real = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = () => real(window.patience || 60000);"
    phone.context.add_init_script(quick)
    phone.reload()
    expect(phone.locator("details.question")).to_have_count(under_way.items.count())
    phone.context.route("**/tai-cho/gui/", lambda route: None)  # never an answer
    phone.evaluate("() => { window.patience = 500; }")
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Mạng quá yếu")
    phone.context.unroute("**/tai-cho/gui/")
    phone.evaluate("() => { window.patience = 60000; }")
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    assert Answer.objects.count() == 1


def test_who_writes_while_another_answers_overwrites_nothing(phone, cast, under_way):  # noqa: F811
    item = under_way.items.first()
    card = opened(phone, item)
    card.get_by_label("Lưu ý").check()
    card.get_by_label("Ghi chép").fill("Sổ ghi chậm")
    expect(saved(card)).to_contain_text("Bản viết dở")
    lifecycle.answer(item, result="conforms", by=cast.lead)
    expect(card.locator(".answered")).to_contain_text(str(cast.lead))
    card.get_by_role("button", name="Lưu câu trả lời").click()
    expect(card.locator(".answered")).to_contain_text("Hai câu trả lời khác nhau")
    assert [one.is_conflict for one in item.answers.order_by("pk")] == [False, True]


def test_an_open_page_locks_when_another_signs_in(phone, cast, under_way):  # noqa: F811
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
    address = phone.url.split("/danh-gia")[0]
    cookie = {"name": "device_person", "url": address}
    phone.context.set_offline(True)
    phone.context.add_cookies([{**cookie, "value": str(cast.lead.pk)}])
    expect(status(phone)).to_contain_text("thuộc người khác")
    expect(phone.locator("details.question:visible")).to_have_count(0)
    phone.context.add_cookies([{**cookie, "value": str(cast.auditor.pk)}])
    phone.context.set_offline(False)
    expect(phone.locator("details.question:visible")).to_have_count(under_way.items.count())


def test_what_came_too_late_is_told_where_the_share_goes(phone, cast, under_way):  # noqa: F811
    phone.context.set_offline(True)
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Chưa gửi: 1 câu trả lời")
    Audit.objects.filter(pk=under_way.pk).update(state="concluded")
    phone.context.set_offline(False)
    expect(status(phone)).to_contain_text("Phần trên máy này đã được xóa")
    expect(status(phone)).to_contain_text("1 câu trả lời đến muộn nên không vào phiếu")
    link = phone.get_by_role("link", name="Xem nội dung để riêng")
    expect(link).to_have_attribute("href", f"/danh-gia/{under_way.pk}/de-rieng/")


def test_what_is_set_aside_meanwhile_is_counted(phone, cast, under_way):  # noqa: F811
    phone.context.set_offline(True)
    opened(phone, under_way.items.first()).get_by_label("Phù hợp", exact=True).check()
    expect(status(phone)).to_contain_text("Chưa gửi: 1 câu trả lời")
    Audit.objects.filter(pk=under_way.pk).update(state="planned")
    phone.context.set_offline(False)
    expect(status(phone)).to_contain_text("1 câu trả lời được để riêng, chưa vào phiếu")
    expect(phone.get_by_role("link", name="Xem nội dung để riêng")).to_be_visible()


def test_before_going_out_the_page_says_what_is_ready(phone, under_way):  # noqa: F811
    box = phone.locator("[data-before]")
    expect(box).to_have_attribute("open", "")
    for text in (f"Đã có trên máy: {under_way.items.count()} câu hỏi, 1 tài liệu", "Phiếu mở lại được khi mất mạng", "Phiên đăng nhập còn đến", "không mở được trang chủ"):  # fmt: skip
        expect(box).to_contain_text(text)


def test_without_a_session_nothing_is_called_ready(phone):  # noqa: F811
    session = next(c for c in phone.context.cookies() if c["name"] == "sessionid")
    box = phone.locator("[data-before]")
    expect(box).to_contain_text("Phiên đăng nhập còn đến")
    phone.context.clear_cookies(name="sessionid")
    expect(box.locator("summary")).to_have_text("Trước khi đi: cần đăng nhập lại")
    expect(box).not_to_contain_text("Phiên đăng nhập còn đến")
    phone.context.add_cookies([session])
    expect(box).to_contain_text("Phiên đăng nhập còn đến")
    expect(box.locator("summary")).not_to_contain_text("cần đăng nhập lại")


def test_two_quick_clicks_save_once(phone, under_way):  # noqa: F811
    phone.context.set_offline(True)
    card = opened(phone, under_way.items.first())
    card.get_by_label("Lưu ý").check()
    card.get_by_label("Ghi chép").fill("Sổ ghi chậm")
    card.get_by_role("button", name="Lưu câu trả lời").evaluate(
        "(button) => { button.click(); button.click(); }"
    )
    expect(saved(card)).to_contain_text("Đã lưu trên máy lúc")
    expect(status(phone)).to_contain_text("Chưa gửi: 1 câu trả lời.")
    assert phone.evaluate(ENTRIES) == 1


def test_from_a_saved_answer_one_goes_on_to_the_next_open_question(phone, under_way):  # noqa: F811
    ids = phone.locator("details.question").evaluate_all("(all) => all.map((one) => one.id)")
    first, second, third = (phone.locator(f"#{one}") for one in ids[:3])
    second.locator("summary").click()
    second.get_by_label("Phù hợp", exact=True).check()
    second.locator("summary").click()
    first.locator("summary").click()
    onward = first.get_by_role("button", name="Câu tiếp theo")
    expect(first.get_by_role("button", name="Lưu câu trả lời")).to_be_visible()
    expect(onward).to_be_hidden()
    first.get_by_label("Phù hợp", exact=True).check()
    onward.click()
    expect(first).not_to_have_attribute("open", "")
    expect(third).to_have_attribute("open", "")
    expect(third.locator("summary")).to_be_focused()
    expect(third.locator("summary")).to_be_in_viewport()


def test_a_finding_begun_in_one_tap_is_listed_until_it_is_completed(phone, cast, under_way):  # noqa: F811
    item = under_way.items.filter(source="procedure").first()
    card = opened(phone, item)
    card.get_by_label("Không phù hợp").check()
    card.get_by_label("Ghi chép").fill("Ba hồ sơ thiếu giấy tiếp nhận")
    card.get_by_role("button", name="Ghi phát hiện").click()
    listed = phone.locator("[data-unfinished] li")
    expect(listed).to_contain_text("chưa ai xác nhận")
    expect(card.locator(".answered")).to_contain_text("Phát hiện cần hoàn thiện")
    lifecycle.confirm_finding(Finding.objects.get(), by=cast.auditor)
    expect(listed).to_have_count(0)
    expect(card.locator(".answered")).not_to_contain_text("cần hoàn thiện")


def test_what_the_server_gives_back_is_named_where_one_sees_it(phone, under_way):  # noqa: F811
    item = under_way.items.first()
    card = opened(phone, item)
    picture = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"not a paper"}
    card.get_by_label("Ảnh, tệp").set_input_files(picture)
    expect(phone.locator("[data-unfinished] li")).to_contain_text(item.text)
    expect(card.locator(".answered")).to_contain_text("Máy chủ trả lại")
    expect(status(phone)).to_contain_text("Chưa gửi: 1 tệp.")
    card.get_by_role("button", name="Bỏ tệp a.pdf").click()
    expect(phone.locator("[data-unfinished]")).to_be_hidden()
    expect(status(phone)).to_contain_text("Máy chủ đã nhận đủ")
