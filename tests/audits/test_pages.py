"""The pages: a year played through by its forms, strangers get 404, lists need a constant number of
queries, files of registers."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html
from openpyxl import load_workbook

from audits import lifecycle
from audits.models import Audit, Evidence, Finding, Member, Nonconformity, Programme
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import now, today
from tests.audits.conftest import agree, analyse, days, plan_row, sign
from tests.audits.test_who_and_when import EVERYBODY

pytestmark = pytest.mark.django_db


def test_a_year_by_its_pages(cast, browser):
    programme = programme_by_pages(browser, cast)
    audit = audit_by_pages(browser, cast, programme)
    finding = finding_by_pages(browser, cast, audit)
    report_by_pages(browser, cast, audit)
    case = plan_by_pages(browser, cast, finding)
    action_by_pages(browser, cast, case)
    audit.refresh_from_db()
    assert audit.state == Audit.State.CLOSED
    files = [
        browser.see(cast.clerk, "audit_evidence", e.pk).status_code for e in Evidence.objects.all()
    ]
    assert files == [200, 200]


def programme_by_pages(browser, cast):
    rows = {"row-TOTAL_FORMS": 1, "row-INITIAL_FORMS": 0, "row-0-unit": cast.field.pk}
    rows |= {"row-0-month": 5, "row-0-lead": cast.lead.pk}
    browser.do(
        cast.officer, "audit_programme_new", cast.agency.pk, year=today().year, aims="Hiệu lực", left_out="Đánh giá năm sau",
        scope="Các đơn vị", criteria="TCVN ISO 9001:2015", **rows,
    )  # fmt: skip
    programme = Programme.objects.get()
    browser.do(cast.officer, "audit_programme_send", programme.pk)
    sign(queries.open_for(f"audit_programme:{programme.pk}"), cast.head)
    page = browser.see(cast.reader, "audit_programme", programme.pk).content.decode()
    assert "Đã phê duyệt" in page and "Phòng Bổ trợ tư pháp" in page
    return programme


def audit_by_pages(browser, cast, programme):
    """An audit that is planned, signed and under way."""
    browser.do(
        cast.officer, "audit_new", cast.agency.pk, title="Đợt 1", way="on_site", starts_on=today(),
        ends_on=today(), lead=cast.lead.pk, programme=programme.pk,
    )  # fmt: skip
    audit = Audit.objects.get()
    browser.do(cast.officer, "audit_member_add", audit.pk, person=cast.auditor.pk, part="auditor")
    member = audit.members.get(person=cast.auditor)
    page = browser.do(
        cast.lead, "audit_row_new", audit.pk, unit=cast.field.pk, day=today(), starts="08:00",
        ends="10:00", clauses="7.5, 8.5.1", documents=[cast.document.pk], auditors=[member.pk],
    )  # fmt: skip
    assert "08:00 – 10:00" in page
    browser.do(cast.lead, "audit_plan_send", audit.pk)
    for one in (cast.lead, cast.head):
        sign(queries.open_for(f"audit_plan:{audit.pk}"), one)
    row = audit.rows.get()
    page = browser.do(cast.auditor, "audit_checklist_make", audit.pk, row.pk)
    assert "Tiếp nhận hồ sơ" in page
    browser.do(cast.lead, "audit_act", audit.pk, "bat-dau")
    return audit


def finding_by_pages(browser, cast, audit):
    item = audit.items.filter(source="procedure").first()
    pdf = SimpleUploadedFile("sổ.pdf", b"%PDF-1.4 x")
    page = browser.do(
        cast.auditor, "audit_answer", audit.pk, item.pk, result="nonconformity", note="Thiếu giấy", files=[pdf]
    )  # fmt: skip
    assert "Không phù hợp, Bùi Đánh Giá" in page and "sổ.pdf" in page
    form = browser.see(cast.auditor, "audit_finding_new", audit.pk, query=f"?item={item.pk}")
    assert form.context["form"].initial["seen"] == "Thiếu giấy"
    browser.do(
        cast.auditor, "audit_finding_new", audit.pk, query=f"?item={item.pk}", grade="minor",
        unit=cast.field.pk, clause="8.5.1", version=cast.version.pk, step="B1", seen="Thiếu giấy ở ba hồ sơ",
    )  # fmt: skip
    finding = Finding.objects.get()
    assert (finding.item, finding.anchor) == (item, "muc-1")
    return finding


def report_by_pages(browser, cast, audit):
    browser.do(cast.lead, "audit_report", audit.pk, conclusion="Nhìn chung phù hợp")
    browser.do(cast.lead, "audit_report_send", audit.pk)
    for one in (cast.lead, cast.head):
        sign(audit.report.approval, one)
    assert "KPH-" in browser.see(cast.lead, "audit", audit.pk).content.decode()


def plan_by_pages(browser, cast, finding):
    """The plan against the finding: analysed, returned once, agreed to."""
    page = browser.do(cast.clerk, "audit_finding_reply", finding.pk, answer="accepts", text="")
    assert "Đơn vị thống nhất" in page
    case = Nonconformity.objects.get()
    analyse_by_pages(browser, cast.clerk, case)
    action = {"what": "Kiểm tra cuối ngày", "person": cast.clerk.pk, "due": today()}
    browser.do(cast.clerk, "nonconformity_step", case.pk, "hanh-dong", **action)
    send = {"measure": "Mười hồ sơ đủ giấy", "judge_on": today()}
    browser.do(cast.clerk, "nonconformity_step", case.pk, "gui", **send)
    case.refresh_from_db()
    approvals.return_to_sender(case.approval, reason="Thêm hạn", by=cast.head)
    page = browser.see(cast.clerk, "nonconformity", case.pk).content.decode()
    assert "Kế hoạch được trả lại" in page and "Thêm hạn" in page
    browser.do(cast.clerk, "nonconformity_step", case.pk, "gui", **send)
    case.refresh_from_db()
    shown = browser.see(cast.head, "approval", case.approval_id).content.decode()
    assert "Kiểm tra cuối ngày" in shown and "Mười hồ sơ đủ giấy" in shown
    agree(case, cast.head)
    return case


def action_by_pages(browser, cast, case):
    """The action of the plan: carried out with evidence, and judged."""
    act = case.actions.get()
    pdf = SimpleUploadedFile("ảnh chụp.pdf", b"%PDF-1.4 y")
    browser.do(
        cast.clerk, "nonconformity_action_finish", case.pk, act.pk, note="Đã làm", files=[pdf]
    )
    page = browser.do(
        cast.auditor, "nonconformity_judge", case.pk, effective="yes", why="Xem mười hồ sơ"
    )
    assert "Có hiệu lực" in page


def analyse_by_pages(browser, who, case):
    for name, facts in (
        ("khac-phuc", {"correction": "Bổ sung"}),
        ("nguyen-nhan", {"cause": "Chưa ai kiểm tra", "why_1": "Không ai được giao"}),
        ("pham-vi", {"extent": "Không nơi khác"}),
        ("he-thong", {"risks": "Không", "objectives": "Không"}),
    ):
        browser.do(who, "nonconformity_step", case.pk, name, **facts)


def addresses(cast, case):
    """The pages of one audit, programme, finding and nonconformity, with the people who may open
    each."""
    finding, audit = case.finding, case.finding.audit
    team = {"lead", "auditor"}
    in_charge = team | {"officer", "head", "overseer"}
    unit = {"clerk", "colleague"}
    return {
        ("audit_programme", audit.programme_id): EVERYBODY - {"stranger"},
        ("agency_audits", cast.agency.pk): EVERYBODY - {"stranger"},
        ("agency_findings", cast.agency.pk): EVERYBODY - {"stranger"},
        ("agency_actions", cast.agency.pk): EVERYBODY - {"stranger"},
        ("audit_programme_new", cast.agency.pk): {"officer"},
        ("audit_new", cast.agency.pk): {"officer"},
        ("nonconformity_report", cast.agency.pk): {"officer"},
        ("audit_rules", cast.agency.pk): {"officer"},
        ("audit_city_days",): set(),
        ("audit", audit.pk): in_charge,
        ("audit_checklist", audit.pk): team,
        ("audit_edit", audit.pk): {"officer", "lead"},
        ("audit_finding", finding.pk): in_charge | unit,
        ("nonconformity", case.pk): in_charge | unit,
        ("my_audits",): EVERYBODY,
    }


def test_each_page_opens_for_its_own_people_alone(cast, case, browser):
    opened = {
        key: {n for n in EVERYBODY if browser.see(getattr(cast, n), *key).status_code == 200}
        for key in addresses(cast, case)
    }
    assert opened == addresses(cast, case)


def test_nobody_signed_in_is_asked_to_sign_in(cast, case, client):
    for name, *args in addresses(cast, case):
        answer = client.get(reverse(name, args=args))
        assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)


def test_a_reader_of_the_unit_does_not_see_the_checklists_files(cast, under_way, browser):
    item = under_way.items.first()
    pdf = SimpleUploadedFile("x.pdf", b"%PDF-1.4 x")
    lifecycle.answer(item, result="conforms", files=[pdf], by=cast.auditor)
    evidence = Evidence.objects.get()
    seen = {n: browser.see(getattr(cast, n), "audit_evidence", evidence.pk) for n in EVERYBODY}
    assert {n for n in seen if seen[n].status_code == 200} == {"lead", "auditor"}


def test_what_was_typed_stays_where_an_answer_is_refused(cast, under_way, client):
    item = under_way.items.first()
    client.force_login(cast.auditor)
    address = reverse("audit_answer", args=[under_way.pk, item.pk])
    bad = SimpleUploadedFile("x.jpg", b"no picture")
    said = {"result": "observation", "note": "Ghi dài", "files": [bad]}
    answer = client.post(address, said)
    page = answer.content.decode()
    assert (answer.status_code, "không phải ảnh" in page, "Ghi dài" in page) == (400, True, True)
    assert "Hãy chọn một kết quả" in client.post(address, {}).content.decode()


def test_a_refusal_is_said_on_the_form(cast, audit, row, browser):
    member = audit.members.get(person=cast.auditor)
    page = browser.do(
        cast.officer, "audit_row_new", audit.pk, unit=cast.office.pk, day=today(), starts="13:00",
        ends="15:00", auditors=[member.pk],
    )  # fmt: skip
    assert "đang làm việc tại Văn phòng" in page
    page = browser.do(
        cast.officer, "audit_row_new", audit.pk, unit=cast.field.pk, day="hôm qua", starts="x", ends="",
        clauses="77", auditors=[],
    )  # fmt: skip
    assert "không có điều khoản “77”" in page


@pytest.mark.parametrize("page", ["0", "99999999999", "x", "-1"])
def test_odd_numbers_of_pages_are_the_nearest(cast, programme, browser, page):
    for name in ("agency_audits", "agency_findings", "agency_actions"):
        assert (
            browser.see(cast.officer, name, cast.agency.pk, query=f"?page={page}").status_code
            == 200
        )


def another_case(cast, case):
    """One more finding with its nonconformity and action, from a further audit."""
    audit = case.finding.audit
    Audit.objects.filter(pk=audit.pk).update(state=Audit.State.UNDER_WAY)
    lifecycle.raise_finding(
        audit, grade="minor", seen="Thiếu", unit=cast.field, clause="7.5", by=cast.lead
    )
    lifecycle.conclude(audit, conclusion="x", by=cast.lead)
    made = Nonconformity.objects.order_by("pk").last()
    analyse(cast, made)
    lifecycle.add_action(made, what="Sửa", person=cast.clerk, due=today(), by=cast.clerk)


PAGES = ("my_audits", "agency_audits", "agency_findings", "agency_actions", "audit")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(
    cast, case, browser, name, django_assert_max_num_queries
):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="Sửa", person=cast.clerk, due=today(), by=cast.clerk)
    args = {"my_audits": [], "audit": [case.finding.audit_id]}.get(name, [cast.agency.pk])
    counted = []
    for more in (0, 2):
        for _ in range(more):
            another_case(cast, case)
            lifecycle.create_audit(
                cast.agency, body=cast.agency, title="Nữa", starts_on=today() + days(9),
                ends_on=today() + days(9), lead=cast.lead, by=cast.officer,
            )  # fmt: skip
        browser.client.force_login(cast.lead)
        browser.client.get(reverse(name, args=args))  # the head's numbers are kept from now on
        with django_assert_max_num_queries(60) as queries:
            assert browser.client.get(reverse(name, args=args)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_checklist_takes_as_many_queries_for_many_answers(
    cast, under_way, client, django_assert_max_num_queries
):
    client.force_login(cast.auditor)
    counted = []
    for items in (under_way.items.all()[:1], under_way.items.all()[1:4]):
        for item in items:
            lifecycle.answer(item, result="conforms", by=cast.auditor)
        client.get(reverse("audit_checklist", args=[under_way.pk]))  # the head's numbers are kept
        with django_assert_max_num_queries(60) as queries:
            client.get(reverse("audit_checklist", args=[under_way.pk]))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_registers_come_as_files(cast, case, browser):
    case = analyse(cast, case)
    lifecycle.add_action(case, what="=SUM(1)", person=cast.clerk, due=today(), by=cast.clerk)
    answer = browser.see(cast.officer, "agency_actions", cast.agency.pk, query="?export=csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Số,Đơn vị,Nguồn,Mức,Mô tả")
    assert lines[1].startswith(f"{case.code},Phòng Bổ trợ tư pháp,Đánh giá nội bộ,Nhẹ,")
    assert ",'=SUM(1),Lý Chuyên Viên," in lines[1]
    answer = browser.see(cast.clerk, "agency_findings", cast.agency.pk, query="?export=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][:4] == (case.finding.code, "Không phù hợp nhẹ", "Phòng Bổ trợ tư pháp", "8.5.1")
    empty = browser.see(cast.reader, "agency_findings", cast.agency.pk, query="?export=csv")
    assert len(empty.content.decode("utf-8-sig").splitlines()) == 1


def test_the_agencys_page_has_a_tab_and_the_header_a_link(cast, programme, browser):
    page = browser.see(cast.reader, "agency", cast.agency.pk).content.decode()
    assert f"/a/{cast.agency.pk}/danh-gia/" in page and 'href="/danh-gia/"' in page
    page = browser.see(cast.stranger, "agency", cast.agency.pk).content.decode()
    assert f"/a/{cast.agency.pk}/danh-gia/" not in page


def test_what_waits_is_listed(cast, agreed, browser):
    page = browser.see(cast.clerk, "my_audits").content.decode()
    assert "Kiểm tra cuối ngày" in page
    assert "Kiểm tra cuối ngày" not in browser.see(cast.colleague, "my_audits").content.decode()


def test_a_line_of_the_plan_is_changed_and_removed(cast, audit, row, browser):
    form = browser.see(cast.officer, "audit_row", audit.pk, row.pk).context["form"]
    assert form.initial["clauses"] == "7.5" and form.initial["documents"] == [cast.document.pk]
    browser.do(cast.officer, "audit_row_remove", audit.pk, row.pk)
    assert not audit.rows.exists()
    plan_row(cast, audit)


def test_the_audit_under_way_is_listed_first(cast, under_way, programme, browser):
    later = lifecycle.create_audit(
        cast.agency, body=cast.agency, programme=programme, title="Đợt sau", starts_on=today() + days(30),
        ends_on=today() + days(31), lead=cast.lead, by=cast.officer,
    )  # fmt: skip
    rows = list(browser.see(cast.lead, "my_audits").context["page"])
    assert rows == [under_way, later]


def test_what_one_person_saves_in_a_row_is_one_answer_to_the_reader(cast, under_way, browser):
    item = under_way.items.first()

    def shown():
        return browser.see(
            cast.lead, "audit_checklist", under_way.pk, query=f"?item={item.pk}"
        ).text

    lifecycle.answer(item, result="observation", note="Sổ", by=cast.auditor)
    lifecycle.answer(item, result="nonconformity", note="Sổ ghi thiếu", by=cast.auditor)
    assert "trước đó" not in shown()
    lifecycle.answer(item, result="conforms", by=cast.lead)
    assert f"trước đó: Không phù hợp, {cast.auditor}" in " ".join(shown().split())
    assert item.answers.count() == 3  # the history stays


def test_answers_in_conflict_are_named_side_by_side_as_they_were_written(cast, under_way, browser):
    """The one that was written first may arrive last, and comes before no other."""
    item, at = under_way.items.first(), now().timestamp() * 1000
    for who, result, ago in ((cast.lead, "conforms", 60), (cast.auditor, "observation", 420)):
        sent = {"id": str(uuid.uuid4()), "item": item.pk, "base": "", "result": result,
            "note": "Sổ", "at": at - ago * 1000}  # fmt: skip
        lifecycle.take_entries(under_way, [sent], by=who, clock=None)

    def shown():
        page = browser.see(cast.lead, "audit_checklist", under_way.pk, query=f"?item={item.pk}")
        [line] = html.fromstring(page.text).xpath("//p[contains(@class, 'answered')]")
        return " ".join(line.text_content().split())

    said = shown()
    assert said.startswith(f"Mâu thuẫn: Điểm lưu ý, {cast.auditor}, ")
    assert f"; Phù hợp, {cast.lead}, " in said and "trước đó" not in said
    given = list(item.answers.order_by("pk"))
    lifecycle.choose(item, given[0], seen=[one.pk for one in given], by=cast.lead)
    assert "Mâu thuẫn" not in shown() and f"trước đó: Điểm lưu ý, {cast.auditor}" in shown()


def test_a_question_not_checked_is_not_an_answered_one(cast, under_way, browser):
    first, second = under_way.items.order_by("pk")[:2]
    total = under_way.items.count()

    def shows(answered):
        page = browser.see(cast.lead, "audit", under_way.pk).text
        return f">{answered}/{total}<" in page

    lifecycle.answer(first, result="not_checked", by=cast.auditor)
    assert shows(0)
    lifecycle.answer(second, result="conforms", by=cast.auditor)
    lifecycle.answer(first, result="not_applicable", by=cast.auditor)
    assert shows(2)
    lifecycle.answer(second, result="not_checked", by=cast.auditor)
    assert shows(1)


def test_the_place_of_a_page_leads_only_where_the_person_may_go(cast, case, appoint, browser):
    guest = appoint("guest", "auditor", cast.other_agency, name="Hồ Khách")
    Member.objects.create(audit=case.finding.audit, person=guest, part="auditor")
    address = f'href="{reverse("agency_audits", args=[cast.agency.pk])}"'
    for who, sees in ((cast.officer, True), (guest, False)):
        for name, pk in (("audit", case.finding.audit_id), ("nonconformity", case.pk)):
            html = browser.see(who, name, pk).content.decode()
            assert cast.agency.label in html
            assert (address in html) is sees, (who, name)
        status = browser.see(who, "agency_audits", cast.agency.pk).status_code
        assert status == (200 if sees else 404)
