"""Usability of a correction's and a finding's page: done gates fold, refused input stays, tasks
link to their place."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from audits import lifecycle, waiting
from audits.models import Action, Audit, Cause, CorrectionRule, Finding, FindingNote, Nonconformity
from qms.clock import today
from tests.audits.conftest import analyse, days

pytestmark = pytest.mark.django_db


def test_a_gate_that_is_done_shows_what_was_written_with_its_form_folded(cast, case, client):
    client.force_login(cast.clerk)
    address = reverse("nonconformity_step", args=[case.pk, "khac-phuc"])
    answer = client.post(address, {"correction": "Bổ sung ngay"})
    assert answer.url == f"{case.get_absolute_url()}#nguyen-nhan"
    page = html.fromstring(client.get(case.get_absolute_url()).content)
    done, following = (page.get_element_by_id(name) for name in ("khac-phuc", "nguyen-nhan"))
    assert "Bổ sung ngay" in done.xpath("string(.//dd)")
    assert done.xpath("./details[not(@open)]//textarea[@name='correction']")
    assert following.xpath("./form") and not following.xpath("./details")
    answer = client.post(address, {"correction": ""})
    assert html.fromstring(answer.content).get_element_by_id("khac-phuc").xpath("./details[@open]")


def test_an_extent_that_the_rule_skips_is_offered_open(cast, case, client):
    CorrectionRule.objects.create(agency=cast.agency, skips_extent=True)
    client.force_login(cast.clerk)
    case = lifecycle.correct(case, correction="Bổ sung", by=cast.clerk)
    case = lifecycle.find_cause(case, cause="Chưa ai kiểm tra", by=cast.clerk)
    assert lifecycle.gate_of(case) == Nonconformity.Gate.SYSTEM
    page = html.fromstring(client.get(case.get_absolute_url()).content)
    assert page.get_element_by_id("pham-vi").xpath("./form//textarea[@name='extent']")


def test_a_refused_report_of_an_action_keeps_its_words(cast, agreed, client):
    action = agreed.actions.get()
    client.force_login(cast.clerk)
    script = SimpleUploadedFile("anh.png", b"<script>alert(1)</script>")
    answer = client.post(
        reverse("nonconformity_action_finish", args=[agreed.pk, action.pk]),
        {"note": "Đã kiểm tra hai tuần", "files": [script]},
    )
    page = html.fromstring(answer.content)
    written = page.xpath("//details[@open]//textarea[@name='note']")
    assert [one.text for one in written] == ["Đã kiểm tra hai tuần"]
    action.refresh_from_db()
    assert action.done_on is None


def test_a_refused_request_for_more_time_keeps_its_words(cast, agreed, client):
    action = agreed.actions.get()
    client.force_login(cast.clerk)
    answer = client.post(
        reverse("nonconformity_ask_longer", args=[agreed.pk, action.pk]),
        {"due": f"{today() - days(9):%Y-%m-%d}", "reason": "Chờ phần mềm"},
    )
    fold = html.fromstring(answer.content).xpath("//details[@open][.//*[@name='due']]")[0]
    assert fold.xpath("string(.//textarea[@name='reason'])") == "Chờ phần mềm"
    assert fold.xpath("string(.//input[@name='due']/@value)") == f"{today() - days(9):%Y-%m-%d}"
    assert not action.extensions.exists()


def test_a_reply_that_comes_too_late_is_not_lost(cast, case, client):
    """Two people of the unit reply at once: the second is told that it is too late, and that their
    reply was not stored."""
    Finding.objects.update(state=Finding.State.DISPUTED)
    client.force_login(cast.clerk)
    address = reverse("audit_finding_reply", args=[case.finding_id])
    answer = client.post(address, {"answer": "disputes", "text": "Giấy có ở tủ số 3"})
    assert answer.status_code == 200 and "Giấy có ở tủ số 3" in answer.content.decode()
    assert not FindingNote.objects.exists()


def test_a_refused_decision_keeps_its_words(cast, case, client):
    client.force_login(cast.lead)
    address = reverse("audit_finding_decide", args=[case.finding_id])
    answer = client.post(address, {"answer": "upholds", "text": "Sổ không ghi"})
    assert answer.status_code == 200 and "Sổ không ghi" in answer.content.decode()


def test_an_action_that_was_reported_meanwhile_gives_the_words_back(cast, verifying, client):
    client.force_login(cast.officer)
    address = reverse(
        "nonconformity_action_finish", args=[verifying.pk, verifying.actions.get().pk]
    )
    page = client.post(address, {"note": "Cũng đã xem"}).content.decode()
    assert "Cũng đã xem" in page and "Điều bạn viết chưa được ghi" in page


def test_a_gate_of_a_plan_sent_meanwhile_gives_the_words_back(cast, sent, client):
    client.force_login(cast.colleague)
    address = reverse("nonconformity_step", args=[sent.pk, "nguyen-nhan"])
    page = client.post(address, {"cause": "Nguyên nhân khác"}).content.decode()
    assert "Nguyên nhân khác" in page and "Điều bạn viết chưa được ghi" in page
    sent.refresh_from_db()
    assert sent.cause == "Chưa có người kiểm tra cuối ngày"


def test_lists_of_what_is_not_closed_and_of_what_is_overdue(cast, agreed, client):
    client.force_login(cast.officer)
    place = reverse("agency_actions", args=[cast.agency.pk])

    def listed(state):
        return agreed.code in client.get(f"{place}?state={state}").content.decode()

    assert (listed("unfinished"), listed("overdue"), listed("closed")) == (True, False, False)
    Action.objects.update(due=today() - days(1))
    page = client.get(reverse("agency_audits", args=[cast.agency.pk]))
    assert (page.context["open_cases"], page.context["overdue"]) == (1, 1)
    assert listed("overdue") and listed("x' OR 1=1")
    Nonconformity.objects.update(state=Nonconformity.State.CLOSED)
    assert (listed("unfinished"), listed("overdue"), listed("closed")) == (False, False, True)


def test_a_task_leads_to_its_place_on_the_page(cast, agreed):
    action = agreed.actions.get()
    assert waiting.actions(cast.clerk)[0].url.endswith(f"#hanh-dong-{action.pk}")
    assert waiting.replies(cast.clerk)[0].url.endswith("#y-kien-don-vi")


def test_nobody_is_reminded_to_reply_once_the_audit_is_closed(cast, case):
    assert waiting.replies(cast.clerk)
    Audit.objects.update(state=Audit.State.CLOSED)
    assert not waiting.replies(cast.clerk)


def test_only_who_can_sign_the_plan_is_led_to_sign_it(cast, case, client):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="Tập huấn", person=cast.clerk, due=today(), by=cast.clerk)
    case = lifecycle.send_plan(case, measure="Mười hồ sơ", judge_on=today(), by=cast.clerk)
    for who, led in ((cast.head, True), (cast.clerk, False), (cast.officer, False)):
        client.force_login(who)
        page = client.get(case.get_absolute_url()).content.decode()
        assert ("Xem và ký kế hoạch" in page) is led


def test_the_head_of_the_diagram_is_the_problem_in_short(cast, case, browser):
    case = analyse(cast, case)
    case.description = "Thiếu giấy tiếp nhận. Ba trong năm hồ sơ đã xem.\nXem ảnh kèm theo."
    case.save()
    one = Cause.objects.exclude(parent=None).first()
    case.causes.add(one)
    page = html.fromstring(browser.see(cast.clerk, "nonconformity", case.pk).text)
    (diagram,) = page.xpath('//figure[@class="fishbone"]')
    said = " ".join(diagram.xpath('.//text[@class="chart-strong"]/text()'))
    assert said == "Thiếu giấy tiếp nhận"
    assert diagram.xpath('./div[@class="scroll"]/@tabindex') == ["0"]


def test_effectiveness_is_to_be_judged_some_time_after_the_last_action(cast, case, browser):
    case = analyse(cast, case)
    for due in (today() + days(20), today() + days(5)):
        lifecycle.add_action(case, what="x", person=cast.clerk, due=due, by=cast.clerk)
    page = html.fromstring(browser.see(cast.clerk, "nonconformity", case.pk).text)
    [field] = page.xpath("//input[@name='judge_on']")
    day = today() + days(50)
    assert field.get("value") in (day.isoformat(), f"{day:%d/%m/%Y}")
