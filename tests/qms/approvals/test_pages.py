"""The pages of approvals: who opens them, their content, and each act by its form."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml.html import fromstring

from qms.approvals import lifecycle, sealing, signing, subjects
from qms.clock import today
from qms.models import Approval, Remark, Signature
from qms.proof import store
from tests.qms.approvals.conftest import SECRET, address, state

pytestmark = pytest.mark.django_db

State = Approval.State


def sign_form(approval, user, secret=SECRET, **typed):
    held = user.appointments.order_by("pk").last()
    return {
        "manifest": approval.manifest,
        "way": "password",
        "appointment": held.pk,
        "signing_password": secret,
        **typed,
    }


def test_the_count_of_a_set_tells_apart_what_was_taken_out(
    ask, post, send, sign, reviewer, approver
):
    approval = send(1, 2, 3)
    sign(approval, reviewer)
    head = re.compile(r'id="danh-sach">\s*<h2>(.*?)</h2>', re.DOTALL)

    def counted():
        html = ask(approver, address(approval)).content.decode()
        return " ".join(head.search(html)[1].split())

    assert counted() == "3 nội dung"
    item = approval.items.get(subject="plan:2")
    post(approver, address(approval, f"dua-ra/{item.pk}/"), reason="Chưa rõ hạn")
    assert counted() == "2 nội dung, 1 đã đưa ra"
    html = ask(approver, address(approval)).content.decode()
    assert "danh sách 2 nội dung có mã băm nêu trên" in html


@pytest.mark.parametrize("subjects_sent", [(1,), (1, 2)])
def test_what_is_signed_comes_before_any_digest_and_digests_are_folded(
    ask, send, reviewer, subjects_sent
):
    approval = send(*subjects_sent)
    page = fromstring(ask(reviewer, address(approval)).content)
    sealed, digests = page.find_class("sealed"), page.find_class("digest")
    assert len(sealed) == 1 and len(digests) == 2 * (len(subjects_sent) + 1)
    order = list(page.iter())
    for one in digests:
        assert order.index(sealed[0]) < order.index(one)
        fold = next(one.iterancestors("details"))
        assert "open" not in fold.attrib
    shown = {one.text_content() for one in digests}
    assert sealing.in_fours(approval.manifest) in shown
    sentence = next(one for one in page.iter("dt") if one.text_content() == "Lời xác nhận")
    assert order.index(digests[-1]) < order.index(sentence)  # it says "nêu trên"


# --- who opens what -------------------------------------------------------------------------------


def test_who_opens_an_approval(
    ask, send, reviewer, approver, author, officer, reader, stranger, overseer
):
    approval = send(1)
    for user in (reviewer, approver, author, officer):
        assert ask(user, address(approval)).status_code == 200
    for user in (reader, stranger, overseer):
        assert ask(user, address(approval)).status_code == 404


def test_nobody_is_asked_to_sign_in(client, send):
    assert client.get(address(send(1))).status_code == 302


def test_who_reloads_an_act_or_signs_in_for_it_lands_on_its_page(
    ask, client, send, reviewer, stranger
):
    approval = send(1)
    item = approval.items.get()
    acts = ("ky/", "tra-lai/", "rut-lai/", "huy/", "chon-lai/", f"dua-ra/{item.pk}/", f"y-kien/{item.pk}/", "tra-loi/1/")  # fmt: skip
    page = address(approval)
    for act in acts:
        client.logout()
        assert "/accounts/login/" in client.get(address(approval, act)).url, act
        assert ask(reviewer, address(approval, act)).url == page, act
        assert ask(stranger, address(approval, act)).url == page, act
    assert ask(reviewer, page).status_code == 200 and ask(stranger, page).status_code == 404
    assert state(approval) == State.OPEN


def test_acts_on_what_one_may_not_see_are_not_found(post, send, stranger, reader):
    approval = send(1)
    item = approval.items.get()
    acts = (
        "ky/", "tra-lai/", "rut-lai/", "huy/", "chon-lai/", f"y-kien/{item.pk}/",
        f"dua-ra/{item.pk}/", "tra-loi/1/",
    )  # fmt: skip
    for user in (stranger, reader):
        assert [post(user, address(approval, act)).status_code for act in acts] == [404] * 8
    assert state(approval) == State.OPEN


# --- what is shown --------------------------------------------------------------------------------


def test_the_page_shows_what_is_signed(ask, send, reviewer):
    approval = send(1)
    html = ask(reviewer, address(approval)).content.decode()
    assert sealing.in_fours(approval.manifest) in html and re.search(r"([0-9a-f]{4} ){15}", html)
    assert "Tôi đã xem xét nội dung có mã băm nêu trên" in html
    assert "Nội dung" in html and "KH-01 Kế hoạch 1" in html and "Phó phòng" in html
    assert 'type="password"' in html


def test_who_may_not_sign_sees_no_form_and_why(ask, send, author):
    html = ask(author, address(send(1))).content.decode()
    assert "signing_password" not in html and "Người soạn hoặc người trình không ký" in html


def test_nobody_signs_in_another_post_than_the_page_showed(post, send, agency, reviewer):
    approval = send(1)
    ended = agency.appointments.create(
        person=reviewer, role="approver", post="Giám đốc", starts_on=today()
    )
    typed = sign_form(approval, reviewer)
    assert typed["appointment"] == ended.pk
    ended.delete()
    answer = post(reviewer, address(approval, "ky/"), **typed)
    assert "Phân công này đã hết hiệu lực" in said_on(answer)
    assert not Signature.objects.exists()


def said_on(answer):
    """The messages that the next page will show."""
    return " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_damaged_bytes_are_told_and_can_not_be_signed(ask, send, reviewer):
    approval = send(1)
    path = store.path_of(approval.items.get().digest)
    path.chmod(0o600)
    path.write_bytes(b"something else")
    html = ask(reviewer, address(approval)).content.decode()
    assert "không còn khớp mã băm" in html and "signing_password" not in html


def test_remarks_are_made_on_the_parts_that_the_content_has(ask, post, send, reviewer, plans):
    from django.utils.safestring import mark_safe

    kind = subjects.get("plan")
    shown = mark_safe('<h2 id="p1">Mục đích</h2><p>x</p><section id="p2"><h3>Hạn</h3></section>')
    subjects.add(type(kind)(**{**kind.__dict__, "show": lambda item, data, before: shown}))
    approval = send(1)
    html = ask(reviewer, address(approval)).content.decode()
    assert '<option value="p1">Mục đích</option>' in html and "Hạn</option>" in html
    item = approval.items.get()
    typed = {"anchor": "p2", "weight": "must", "text": "Hạn sai"}
    post(reviewer, address(approval, f"y-kien/{item.pk}/"), **typed)
    assert Remark.objects.get().anchor == "p2"
    assert 'href="#p2">Hạn</a>' in ask(reviewer, address(approval)).content.decode()


# --- acts -----------------------------------------------------------------------------------------


def test_signing_on_the_page(post, send, reviewer, approver):
    approval = send(1)
    assert (
        post(reviewer, address(approval, "ky/"), **sign_form(approval, reviewer)).status_code == 302
    )
    approval.refresh_from_db()
    post(approver, address(approval, "ky/"), **sign_form(approval, approver))
    assert state(approval) == State.DONE and Signature.objects.count() == 2


def test_a_wrong_password_on_the_page_is_counted_and_said(ask, post, send, reviewer):
    from qms.models import SigningTry

    approval = send(1)
    answer = post(reviewer, address(approval, "ky/"), **sign_form(approval, reviewer, "sai"))
    assert SigningTry.objects.filter(failed=True).count() == 1
    html = answer.content.decode()
    field = re.search(r'<input[^>]*name="signing_password"[^>]*>', html)[0]
    assert "autofocus" in field and 'aria-invalid="true"' in field and "value=" not in field
    said = re.search(r'aria-describedby="(\w+)"', field)[1]
    assert re.search(rf'id="{said}">Mật khẩu chưa đúng', html[html.index('id="ky"') :])
    assert not Signature.objects.exists()
    shown = post(reviewer, address(approval, "ky/"), **sign_form(approval, reviewer))
    assert shown.status_code == 302 and Signature.objects.count() == 1


def test_after_too_many_wrong_passwords_the_lock_is_said(post, send, reviewer):
    approval = send(1)
    for n in range(signing.LIMIT):
        answer = post(
            reviewer, address(approval, "ky/"), **sign_form(approval, reviewer, f"sai-{n}")
        )
    assert answer.status_code == 302 and answer.url.endswith("#ky")


def test_the_same_form_twice_signs_once(client, send, reviewer):
    approval = send(1)
    client.force_login(reviewer)
    typed = {**sign_form(approval, reviewer), "csrfmiddlewaretoken": "a" * 64}
    first, second = (client.post(address(approval, "ky/"), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Signature.objects.count() == 1
    assert "đã được thực hiện" in client.get(address(approval)).content.decode()


def test_somebody_elses_appointment_in_the_form_is_not_used(post, send, reviewer, approver):
    approval = send(1)
    typed = sign_form(approval, approver)
    post(reviewer, address(approval, "ky/"), **typed)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"manifest": "\ufffd", "signing_password": "\ufffd"}])
def test_odd_forms_are_answered_with_a_sentence(post, send, reviewer, typed):
    assert post(reviewer, address(send(1), "ky/"), **typed).status_code == 302


def test_returning_with_a_reason(ask, post, send, reviewer, author):
    approval = send(1)
    refused = post(reviewer, address(approval, "tra-lai/"), reason=" ")
    assert refused.status_code == 200 and state(approval) == State.OPEN
    returned = post(reviewer, address(approval, "tra-lai/"), reason="Thiếu biểu mẫu")
    assert state(approval) == State.RETURNED
    assert returned.url == address(approval)
    assert "Thiếu biểu mẫu" in ask(author, address(approval)).content.decode()
    assert "bị trả lại" in ask(author, "/").content.decode()


def test_taking_back_and_making_void(post, send, author, officer):
    first, second = send(1), send(2)
    post(author, address(first, "rut-lai/"))
    post(officer, address(second, "huy/"), reason="Trình nhầm")
    assert (state(first), state(second)) == (State.TAKEN_BACK, State.VOID)


def test_a_refused_act_keeps_what_was_typed(post, send, author):
    approval = send(1)
    answer = post(author, address(approval, "huy/"), reason="Lý do rất dài")
    assert "Lý do rất dài" in answer.content.decode() and state(approval) == State.OPEN


@pytest.mark.parametrize(
    ("act", "missing"),
    [("tra-lai/", "Lý do"), ("y-kien/{item}/", "Ý kiến"), ("dua-ra/{item}/", "Lý do")],
)
def test_an_act_without_words_says_what_is_missing(post, send, reviewer, act, missing):
    approval = send(1, 2)
    item = approval.items.get(subject="plan:1")
    answer = post(reviewer, address(approval, act.format(item=item.pk)), reason=" ", text="")
    assert f"{missing}: " in answer.content.decode()
    assert state(approval) == State.OPEN and not Remark.objects.exists()


def test_taking_one_out_of_a_set(ask, post, send, reviewer):
    approval = send(1, 2)
    item = approval.items.get(subject="plan:2")
    html = ask(reviewer, address(approval)).content.decode()
    assert "2 nội dung" in html and f"dua-ra/{item.pk}/" in html
    post(reviewer, address(approval, f"dua-ra/{item.pk}/"), reason="Chưa rõ")
    assert "Chưa rõ" in ask(reviewer, address(approval)).content.decode()


def test_answering_a_remark(ask, post, send, reviewer, author):
    approval = send(1)
    item = approval.items.get()
    remark = lifecycle.remark(item, by=reviewer, anchor="", weight="must", text="Sai hạn")
    assert "1 ý kiến phải sửa" in ask(reviewer, address(approval)).content.decode()
    post(author, address(approval, f"tra-loi/{remark.pk}/"), text="Đúng theo quyết định")
    html = ask(reviewer, address(approval)).content.decode()
    assert "Đúng theo quyết định" in html and "signing_password" in html


def test_the_officer_chooses_other_people(
    ask, post, send, sign, reviewer, officer, appoint, agency
):
    from qms.approvals.steps import Step

    steps = [
        Step("reviewed", "people", people=(reviewer.pk,)), Step("approved", "role", "approver"),
    ]  # fmt: skip
    lifecycle.save_rule(agency, "plan:year", steps, by=officer)
    approval = send(1)
    assert "Chọn lại người ký" not in ask(officer, address(approval)).content.decode()
    reviewer.appointments.update(ends_on="2020-02-01")
    second = appoint("second", "reviewer", agency, name="Hồ Thị Thay")
    html = ask(officer, address(approval)).content.decode()
    assert "Hiện không có ai ký được bước này" in html and "Hồ Thị Thay" in html
    post(officer, address(approval, "chon-lai/"), people=[second.pk], reason="Đã nghỉ việc")
    assert sign(approval, second).step == 0


# --- the page as a whole --------------------------------------------------------------------------


def test_a_page_asks_as_often_for_many_items_and_remarks_as_for_few(ask, send, reviewer):
    few, many = send(1, 2), send(*range(3, 13))
    for item in many.items.all():
        lifecycle.remark(item, by=reviewer, anchor="", weight="suggestion", text="x")
    counts = []
    for approval in (few, many):
        ask(reviewer, address(approval))
        with CaptureQueriesContext(connection) as caught:
            ask(reviewer, address(approval))
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_no_two_fields_of_a_page_share_their_id(ask, send, approver, officer, reviewer, sign):
    approval = send(1, 2, 3)
    for person in (reviewer, officer):
        page = ask(person, address(approval)).content.decode()
        found = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(found) == sorted(set(found))


def test_who_took_part_in_a_round_opens_it_and_others_get_no_link_to_it(
    ask, send, reviewer, approver, reader
):
    first = send(1)
    lifecycle.return_to_sender(first, by=reviewer, reason="Sửa lại")
    second = send(1, before=first)
    link = f'href="{address(first)}"'
    assert "Đã trả lại" in ask(reviewer, address(first)).content.decode()
    assert link in ask(reviewer, address(second)).content.decode()
    page = ask(approver, address(second)).content.decode()
    assert link not in page and "(Đã trả lại)" in " ".join(page.split())
    assert ask(approver, address(first)).status_code == 404
    assert ask(reader, address(first)).status_code == 404
