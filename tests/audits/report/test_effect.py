"""What the lead is told and asked to confirm before the signature that concludes an audit."""

import json

import pytest
from django.urls import reverse

from audits import lifecycle
from audits.models import Audit, Finding
from audits.report import building, kind, later, unanswered
from qms import locks
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.errors import Refused
from tests.audits.conftest import SECRET, sign
from tests.audits.report.conftest import pdf

pytestmark = pytest.mark.django_db


def answer_all(cast, audit, result="conforms"):
    for item in audit.items.filter(answers=None):
        lifecycle.answer(item, result=result, by=cast.auditor)


def free_item(audit):
    return audit.items.filter(finding=None).order_by("pk").first()


def page(client, who, approval):
    client.force_login(who)
    return client.get(approval.get_absolute_url()).content.decode()


def ticks(approval):
    return [one.name for one in kind.effect(approval).ticks]


# -- questions without an answer


def test_the_page_of_the_report_counts_questions_without_an_answer(cast, client, written):
    left = written.items.count() - 1
    address = reverse("audit_report", args=[written.pk])
    client.force_login(cast.lead)
    said = f"Còn {left} câu hỏi chưa có câu trả lời: {cast.field.name} ({left})."
    assert said in client.get(address).content.decode()
    answer_all(cast, written)
    assert "chưa có câu trả lời" not in client.get(address).content.decode()


def test_the_sign_step_says_that_it_concludes_and_what_has_no_answer(cast, client, report_sent):
    left = Audit.objects.get().items.count() - 1
    html = page(client, cast.lead, report_sent)
    assert "Chữ ký này kết luận cuộc đánh giá" in html
    assert "Ký và kết luận cuộc đánh giá" in html
    assert f"{cast.field.name} ({left})" in html
    assert f'name="confirm-unanswered-{left}"' in html


def test_the_lead_confirms_questions_without_an_answer(cast, report_sent):
    with pytest.raises(Refused, match="chưa có câu trả lời"):
        sign(report_sent, cast.lead, confirmed=())
    with pytest.raises(Refused, match="chưa có câu trả lời"):
        sign(report_sent, cast.lead, confirmed=["unanswered-1"])
    assert Audit.objects.get().state == "under_way" and not report_sent.signatures.exists()
    sign(report_sent, cast.lead, confirmed=ticks(report_sent))
    assert Audit.objects.get().state == "concluded"


def test_ticks_are_checked_once_nothing_more_can_arrive(cast, report_sent, monkeypatch):
    shown, steps = ticks(report_sent), []
    unwatched, compared = locks.row, later.since_sent

    def watched(rows, pk):
        steps.append(f"lock {rows.model.__name__}")
        return unwatched(rows, pk)

    def read(*args):
        steps.append("read")
        return compared(*args)

    monkeypatch.setattr(locks, "row", watched)
    monkeypatch.setattr(later, "since_sent", read)
    sign(report_sent, cast.lead, confirmed=shown)
    assert "lock Audit" in steps[: steps.index("read")]


def test_the_tick_of_the_page_is_checked_on_the_server(cast, client, report_sent):
    client.force_login(cast.lead)
    held = cast.lead.appointments.get()
    typed = {
        "signing_password": SECRET, "manifest": report_sent.manifest, "way": "password", "appointment": held.pk,
    }  # fmt: skip
    address = reverse("approval_sign", args=[report_sent.pk])
    answer = client.post(address, typed, follow=True)
    assert "đánh dấu xác nhận trước khi kết luận" in answer.content.decode()
    assert Audit.objects.get().state == "under_way"
    [name] = ticks(report_sent)
    client.post(address, {**typed, f"confirm-{name}": "on"})
    assert Audit.objects.get().state == "concluded"


def test_the_tick_is_kept_when_the_password_was_wrong(cast, client, report_sent):
    client.force_login(cast.lead)
    [name] = ticks(report_sent)
    typed = {
        "signing_password": "sai", "manifest": report_sent.manifest, "way": "password",
        "appointment": cast.lead.appointments.get().pk, f"confirm-{name}": "on",
    }  # fmt: skip
    answer = client.post(reverse("approval_sign", args=[report_sent.pk]), typed)
    form = answer.context["sign_form"]
    assert form[f"confirm-{name}"].value() is True and "checked" in str(form[f"confirm-{name}"])


def test_nothing_is_confirmed_once_every_question_has_an_answer(cast, client, written):
    answer_all(cast, written)
    approval = kind.send(written, by=cast.lead)
    assert ticks(approval) == []
    assert 'name="confirm-' not in page(client, cast.lead, approval)
    sign(approval, cast.lead, confirmed=())
    assert Audit.objects.get().state == "concluded"


def test_the_head_accepts_without_a_confirmation(cast, client, lead_signed):
    lead_signed.refresh_from_db()
    assert ticks(lead_signed) == []
    assert "kết luận cuộc đánh giá" not in page(client, cast.head, lead_signed)


def test_the_report_counts_questions_without_an_answer_as_not_checked(cast, client, accepted):
    left = accepted.items.count() - 1
    assert f"Chưa kiểm tra: {left}" in pdf(client, cast.lead, accepted)


def test_an_explicit_not_checked_is_counted_alike_everywhere(cast, client, written):
    total = written.items.count()
    item = free_item(written)
    lifecycle.answer(item, result="not_checked", by=cast.auditor)
    client.force_login(cast.lead)
    assert f">1/{total}<" in client.get(reverse("audit", args=[written.pk])).content.decode()
    html = client.get(reverse("audit_report", args=[written.pk])).content.decode()
    assert f"Còn {total - 1} câu hỏi chưa có câu trả lời" in html
    assert f"Chưa kiểm tra: {total - 1}" in html
    approval = kind.send(written, by=cast.lead)
    assert ticks(approval) == [f"unanswered-{total - 1}"]
    [unit] = json.loads(queries.bytes_of(approval.items.get()))["coverage"]
    assert (unit["answered"], sum(unit["results"].values())) == (1, 1)


def test_a_report_sealed_with_not_checked_among_the_answers_stays_as_it_is(cast, written, monkeypatch):  # fmt: skip
    """As reports were sealed before; nothing is said to have come later."""
    total = written.items.count()
    lifecycle.answer(free_item(written), result="not_checked", by=cast.auditor)
    facts = building.facts(written, written.report)
    [unit] = facts["coverage"]
    unit["answered"], unit["results"] = 2, {**unit["results"], "not_checked": 1}
    with monkeypatch.context() as as_before:
        as_before.setattr(building, "facts", lambda audit, report: facts)
        approval = kind.send(written, by=cast.lead)
    audit = Audit.objects.get()
    assert later.since_sent(audit, audit.report) is None
    assert unanswered.count(unanswered.of(facts)) == total - 1
    sign(approval, cast.lead, confirmed=[f"unanswered-{total - 1}"])
    sign(approval, cast.head)
    audit.refresh_from_db()
    assert queries.are_whole(approval.items.all())
    assert kind.sealed_facts(audit.report)["coverage"] == [unit]


def test_a_lead_from_outside_confirms_on_the_audits_page(cast, client, under_way, appoint):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(under_way, guest, "lead", by=None)
    lifecycle.answer(under_way.items.first(), result="conforms", by=cast.auditor)
    client.force_login(guest)
    address = reverse("audit_conclude", args=[under_way.pk])
    answer = client.post(address, {"conclusion": "Tốt"})
    assert "chưa có câu trả lời" in answer.content.decode()
    assert Audit.objects.get().state == "under_way"
    left = under_way.items.filter(answers=None).count()
    stale = client.post(address, {"conclusion": "Tốt", f"over_unanswered_{left - 1}": "on"})
    assert f"Còn {left} câu hỏi" in stale.content.decode()
    assert Audit.objects.get().state == "under_way"
    client.post(address, {"conclusion": "Tốt", f"over_unanswered_{left}": "on"})
    assert Audit.objects.get().is_told


# -- what came after the report was sent


def test_a_later_answer_is_named_to_the_team_on_both_pages(cast, client, report_sent):
    audit = Audit.objects.get()
    item = free_item(audit)
    lifecycle.answer(item, result="conforms", by=cast.auditor)
    for name in ("audit", "audit_report"):
        for who in (cast.lead, cast.auditor):
            client.force_login(who)
            html = client.get(reverse(name, args=[audit.pk])).content.decode()
            assert "1 câu trả lời, 0 thay đổi về phát hiện" in html, (name, who)
            assert item.text[:40] in html and "Phù hợp (Bùi Đánh Giá, " in html
            assert "rút lại rồi trình lại" in html and "ghi bên cạnh báo cáo" in html
    client.force_login(cast.officer)
    html = client.get(reverse("audit", args=[audit.pk])).content.decode()
    assert "Đến sau khi trình" not in html


def test_only_who_may_open_the_approval_is_led_there(cast, client, report_sent, appoint):
    audit = Audit.objects.get()
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    lifecycle.add_member(audit, guest, "observer", by=None)
    lifecycle.answer(free_item(audit), result="conforms", by=cast.auditor)
    for who, sees in ((cast.lead, True), (guest, False)):
        client.force_login(who)
        for name in ("audit", "audit_report"):
            html = client.get(reverse(name, args=[audit.pk])).content.decode()
            assert "1 câu trả lời, 0 thay đổi" in html
            assert (f'href="{report_sent.get_absolute_url()}"' in html) is sees, (who, name)


def test_nothing_is_named_while_the_report_says_what_the_audit_says(cast, client, report_sent):
    client.force_login(cast.lead)
    for name in ("audit", "audit_report"):
        html = client.get(reverse(name, args=[Audit.objects.get().pk])).content.decode()
        assert "Đến sau khi trình" not in html


def test_the_lead_leaves_later_answers_beside_the_report(cast, client, report_sent):
    audit = Audit.objects.get()
    before = ticks(report_sent)
    item = free_item(audit)
    given = lifecycle.answer(item, result="conforms", by=cast.auditor)
    assert f"beside-{given.pk}" in ticks(report_sent)
    with pytest.raises(Refused, match="đến sau khi trình báo cáo"):
        sign(report_sent, cast.lead, confirmed=before)
    sign(report_sent, cast.lead)
    audit.refresh_from_db()
    assert audit.state == "concluded"
    assert kind.sealed_facts(audit.report)["coverage"][0]["answered"] == 1
    text = pdf(client, cast.lead, audit)
    assert "trả lời sau khi trình" in text and "Phù hợp" in text


def test_a_tick_does_not_count_for_answers_that_came_after_it(cast, report_sent):
    first, second = Audit.objects.get().items.filter(finding=None).order_by("pk")[:2]
    lifecycle.answer(first, result="conforms", by=cast.auditor)
    shown = ticks(report_sent)
    lifecycle.answer(second, result="conforms", by=cast.auditor)
    with pytest.raises(Refused, match="đến sau khi trình báo cáo"):
        sign(report_sent, cast.lead, confirmed=shown)


def test_a_report_sent_again_has_the_later_answers_itself(cast, client, report_sent):
    audit = Audit.objects.get()
    lifecycle.answer(free_item(audit), result="conforms", by=cast.auditor)
    approvals.take_back(report_sent, by=cast.lead)
    again = kind.send(Audit.objects.get(), by=cast.lead)
    sign(again, cast.lead)
    audit.refresh_from_db()
    assert kind.sealed_facts(audit.report)["coverage"][0]["answered"] == 2
    assert "trả lời sau khi trình" not in pdf(client, cast.lead, audit)


def test_a_finding_that_came_later_is_named_and_stops_the_signature(cast, client, report_sent):
    audit = Audit.objects.get()
    lifecycle.change_finding(
        Finding.objects.get(), grade="major", seen="Năm hồ sơ", unit=cast.field, clause="7.5",
        by=cast.auditor,
    )  # fmt: skip
    code = Finding.objects.get().code
    client.force_login(cast.lead)
    html = client.get(reverse("audit_report", args=[audit.pk])).content.decode()
    assert f"Sửa phát hiện {code} (Bùi Đánh Giá, " in html and "không ký được nữa" in html
    assert f"Sửa phát hiện {code}" in page(client, cast.lead, report_sent)
    with pytest.raises(Refused, match=f"Sửa phát hiện {code}"):
        sign(report_sent, cast.lead)


def test_only_the_first_of_many_later_answers_are_named(cast, report_sent):
    audit = Audit.objects.get()
    for number in range(8):
        item = lifecycle.add_item(audit, text=f"Câu hỏi thêm {number}", by=cast.auditor)
        lifecycle.answer(item, result="conforms", by=cast.auditor)
    found = later.since_sent(audit, audit.report)
    assert len(found.answers) == 8 and len(found.lines) == later.MOST_NAMED + 1
    assert found.lines[-1] == "và 3 nội dung khác"
