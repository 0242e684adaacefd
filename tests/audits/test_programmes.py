"""The year's programme in the chain: sent by the officer, approved by the head's
signature, printed."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from lxml import html

from audits import lifecycle
from audits.models import Audit, Programme
from audits.programme import issues, kind, leads, months
from audits.review import counted
from audits.review.inputs import Period
from qms.approvals import lifecycle as approvals
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, Unit
from tests.audits.conftest import days, sign
from tests.audits.lent import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(cast):
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}
    return lifecycle.create_programme(
        cast.agency, year=2027, aims="Hiệu lực", scope="Các đơn vị", rows=[row], by=cast.officer,
        left_out="Văn phòng vừa được đánh giá cuối năm trước.",
    )  # fmt: skip


@pytest.fixture
def on_its_way(cast, drafted):
    return kind.send(drafted, by=cast.officer)


def test_the_heads_signature_approves_it(cast, drafted, on_its_way):
    sign(on_its_way, cast.head)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.approved_by_name) == ("approved", "Ngô Giám Đốc")


def test_only_an_officer_sends(cast, drafted):
    for name in ("head", "lead", "auditor", "clerk", "reader", "stranger", "overseer"):
        with pytest.raises(Refused, match="thư ký ISO"):
            kind.send(drafted, by=getattr(cast, name))


def test_only_the_head_signs(cast, on_its_way):
    for name in ("officer", "lead", "clerk", "stranger"):
        with pytest.raises(Refused):
            sign(on_its_way, getattr(cast, name))


@pytest.mark.parametrize(
    "rows,why", [([], "chưa có dòng nào"), ([{"month": 5, "lead": None}], "Chưa phân công")]
)
def test_what_is_not_complete_is_not_sent(cast, drafted, rows, why):
    rows = [{"unit": cast.field.pk, **row} for row in rows]
    lifecycle.change_programme(drafted, rows=rows, by=cast.officer)
    with pytest.raises(Refused, match=why):
        kind.send(drafted, by=cast.officer)


def test_on_its_way_it_is_not_changed(cast, drafted, on_its_way):
    with pytest.raises(Refused, match="đang được trình"):
        lifecycle.change_programme(drafted, aims="Khác", by=cast.officer)
    with pytest.raises(Refused):
        kind.send(drafted, by=cast.officer)


def test_a_draft_changed_after_sealing_is_not_approved(cast, drafted, on_its_way):
    Programme.objects.filter(pk=drafted.pk).update(aims="Khác")
    with pytest.raises(Refused, match="thay đổi sau khi trình"):
        sign(on_its_way, cast.head)


def test_a_later_issue_goes_the_same_way_with_its_reason(cast, drafted, on_its_way):
    sign(on_its_way, cast.head)
    again = lifecycle.revise_programme(drafted, reason="Thêm đơn vị", by=cast.officer)
    approval = kind.send(again, by=cast.officer)
    assert "lần ban hành 02" in approval.title
    sign(approval, cast.head)
    again.refresh_from_db()
    assert (again.issue, again.state, again.reason) == (2, "approved", "Thêm đơn vị")


def test_a_returned_one_is_changed_and_sent_again(cast, drafted, on_its_way):
    approvals.return_to_sender(on_its_way, by=cast.head, reason="Đổi tháng")
    row = {"unit": cast.field.pk, "month": 6, "lead": cast.lead.pk}
    lifecycle.change_programme(drafted, rows=[row], by=cast.officer)
    assert kind.send(drafted, by=cast.officer).round == 2


def test_its_files_name_leads_to_the_agencys_people_alone(cast, drafted, on_its_way, client):
    sign(on_its_way, cast.head)
    for name, named in (("reader", True), ("overseer", False)):
        client.force_login(getattr(cast, name))
        answer = client.get(reverse("audit_programme_file", args=[drafted.pk, "docx"]))
        file = Document(io.BytesIO(answer.content))
        text = "\n".join(c.text for t in file.tables for r in t.rows for c in r.cells)
        assert ("Vũ Trưởng Đoàn" in text, "Tháng 5/2027" in text) == (named, True)
        assert "Ngô Giám Đốc" in text
    client.force_login(cast.stranger)
    for form in ("docx", "pdf"):
        address = reverse("audit_programme_file", args=[drafted.pk, form])
        assert client.get(address).status_code == 404


def test_the_page_sends_and_says_that_it_waits(cast, drafted, client):
    client.force_login(cast.officer)
    answer = client.post(reverse("audit_programme_send", args=[drafted.pk]), follow=True)
    assert "Tháng 5/2027" in answer.content.decode()
    page = client.get(reverse("audit_programme", args=[drafted.pk])).content.decode()
    assert "đang được trình" in page


# -- the issue in force while the next one is made


@pytest.fixture
def revised(cast, drafted, on_its_way):
    """An approved programme that is open for changes; the draft has another aim."""
    sign(on_its_way, cast.head)
    lifecycle.revise_programme(Programme.objects.get(), reason="Thêm đơn vị", by=cast.officer)
    made = Programme.objects.get()
    return lifecycle.change_programme(made, aims="Mục đích mới", by=cast.officer)


def test_the_agencys_people_go_on_reading_the_approved_issue(cast, revised, browser):
    for who in (cast.clerk, cast.lead, cast.overseer):
        html = browser.see(who, "audit_programme", revised.pk).content.decode()
        assert "Hiệu lực" in html and "Mục đích mới" not in html, who
        assert "lần ban hành 01" in " ".join(html.split())
        listed = browser.see(who, "agency_audits", cast.agency.pk).content.decode()
        assert revised.get_absolute_url() in listed
    html = browser.see(cast.officer, "audit_programme", revised.pk).content.decode()
    assert "Mục đích mới" in html
    assert browser.see(cast.stranger, "audit_programme", revised.pk).status_code == 404
    assert [one.issue for one in issues.of_agency(cast.officer, cast.agency)] == [2]


def test_its_file_has_the_signatures_of_its_own_issue(cast, revised, browser):
    kind.send(revised, by=cast.officer)
    answer = browser.see(cast.clerk, "audit_programme_file", revised.pk, "docx")
    said = "\n".join(one.text for one in _all(Document(io.BytesIO(answer.content))))
    assert "Hiệu lực" in said and "Mục đích mới" not in said
    assert "Ngô Giám Đốc" in said


def _all(document):
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]


def test_a_first_issue_in_the_making_is_not_read(cast, drafted, browser):
    assert issues.of_agency(cast.clerk, cast.agency) == []
    assert browser.see(cast.clerk, "audit_programme", drafted.pk).status_code == 404


def cell(programme, month=5):
    found = months.of(programme)[0].cells[month - 1]
    return found.state, found.month


def held_on(day):
    Audit.objects.update(state="concluded", starts_on=day, ends_on=day)


def test_the_programme_as_a_calendar(cast, programme, audit, row, browser):
    programme.year = today().year + 1
    [unit] = months.of(programme)
    assert unit.unit == cast.field.name and cell(programme) == ("planned", "")
    assert all(one.state == "" for one in unit.cells if one is not unit.cells[4])
    Audit.objects.update(state="under_way")
    assert cell(programme) == ("running", "")
    held_on(datetime.date(programme.year, 5, 2))
    assert cell(programme) == ("done", "")


def test_a_month_that_passed_without_an_audit_is_late_everywhere(cast, programme, audit, row, browser):  # fmt: skip
    Programme.objects.update(year=today().year - 1)
    programme.refresh_from_db()
    assert cell(programme) == ("late", "")
    html = browser.see(cast.clerk, "audit_programme", programme.pk).content.decode()
    assert html.count("Quá tháng dự định") == 2  # the cell, the key
    assert html.count("Theo kế hoạch") == 1
    period = Period(datetime.date(programme.year, 1, 1), datetime.date(programme.year, 12, 31))
    assert counted.programme(cast.agency, period).figures["late"] == 1
    Audit.objects.update(state="under_way")
    assert cell(programme) == ("running", "")
    assert counted.programme(cast.agency, period).figures["late"] == 0


def test_an_audit_in_another_month_is_shown_with_its_own(cast, programme, audit, row, browser):
    held_on(datetime.date(programme.year, 7, 10))
    assert cell(programme) == ("done", "7")
    html = browser.see(cast.clerk, "audit_programme", programme.pk).content.decode()
    assert "Đã đánh giá, tháng 7" in html
    held_on(datetime.date(programme.year + 1, 1, 5))
    assert cell(programme) == ("done", f"1/{programme.year + 1}")


def test_a_closed_unit_is_not_planned(cast):
    Unit.objects.filter(pk=cast.field.pk).update(active_to=today() - days(1))
    row = {"unit": cast.field.pk, "month": 5, "lead": cast.lead.pk}
    with pytest.raises(Refused, match="đã kết thúc hoạt động"):
        lifecycle.create_programme(
            cast.agency, year=2030, aims="a", scope="b", rows=[row], by=cast.officer
        )


# -- leads who could not audit their line


def lines(cast, *rows):
    """A draft with these lines: unit, month, lead."""
    return lifecycle.create_programme(
        cast.agency, year=today().year + 1, aims="a", scope="b", left_out="c", by=cast.officer,
        rows=[{"unit": unit.pk, "month": month, "lead": lead.pk} for unit, month, lead in rows],
    )  # fmt: skip


def test_a_lead_of_the_own_unit_is_warned_of_before_sending(cast, browser):
    made = lines(cast, (cast.office, 3, cast.lead), (cast.field, 4, cast.lead))
    assert leads.warnings(made) == [
        "Văn phòng, tháng 3: Vũ Trưởng Đoàn đang làm việc tại Văn phòng."
    ]
    html = browser.see(cast.officer, "audit_programme", made.pk).content.decode()
    assert "Vũ Trưởng Đoàn đang làm việc tại Văn phòng" in html
    approval = kind.send(made, by=cast.officer)  # no refusal
    html = browser.see(cast.officer, "audit_programme", made.pk).content.decode()
    assert "đang làm việc tại Văn phòng" in html
    sign(approval, cast.head)
    html = browser.see(cast.officer, "audit_programme", made.pk).content.decode()
    assert "đang làm việc tại Văn phòng" not in html


def test_a_lead_who_left_the_unit_two_years_ago_is_not_warned_of(cast):
    made = lines(cast, (cast.office, 3, cast.lead))
    held = Appointment.objects.filter(person=cast.lead)
    held.update(ends_on=today() - days(700))
    Appointment.objects.create(
        agency=cast.agency, person=cast.lead, role="auditor", starts_on=today() - days(600)
    )
    assert "đã làm việc tại Văn phòng trong hai năm qua" in leads.warnings(made)[0]
    held.filter(unit=cast.office).update(ends_on=today() - days(731))
    assert leads.warnings(made) == []


def test_a_lead_whose_competence_or_role_ends_is_warned_of(cast):
    made = lines(cast, (cast.field, 3, cast.lead), (cast.field, 4, cast.auditor))
    record(cast, cast.lead, valid_until=today())
    Appointment.objects.filter(person=cast.auditor).update(ends_on=today() - days(1))
    first, second = leads.warnings(made)
    assert "chỉ có giá trị đến" in first and "không còn giữ vai trò" in second


def test_warnings_take_as_many_queries_for_many_lines(cast):
    few = lines(cast, (cast.office, 3, cast.lead))
    with CaptureQueriesContext(connection) as one:
        leads.warnings(few)
    few.delete()
    people = (cast.lead, cast.auditor, cast.idle)
    many = lines(cast, *((unit, month, people[month % 3]) for unit in (cast.office, cast.field) for month in range(1, 13)))  # fmt: skip
    with CaptureQueriesContext(connection) as more:
        assert leads.warnings(many)
    assert len(more) == len(one) == 5


# -- the form


def test_the_form_has_a_line_for_each_unit_without_one(cast, browser):
    new = browser.see(cast.officer, "audit_programme_new", cast.agency.pk)
    assert len(new.context["rows"].forms) == 2
    made = lines(cast, (cast.field, 3, cast.lead))
    assert (
        len(browser.see(cast.officer, "audit_programme_edit", made.pk).context["rows"].forms) == 2
    )
    both = [{"unit": one.pk, "month": 3, "lead": None} for one in (cast.field, cast.office)]
    lifecycle.change_programme(made, rows=both, by=cast.officer)
    form = browser.see(cast.officer, "audit_programme_edit", made.pk).context["rows"]
    assert len(form.forms) == 3  # one more, for a second time in the year
    Unit.objects.bulk_create(
        Unit(agency=cast.agency, code=f"P{n}", name=f"Phòng {n}") for n in range(45)
    )
    form = browser.see(cast.officer, "audit_programme_edit", made.pk).context["rows"]
    assert len(form.forms) == 2 + 40


def test_the_year_is_the_next_without_a_programme(cast, browser):
    def year():
        form = browser.see(cast.officer, "audit_programme_new", cast.agency.pk).context["form"]
        return form["year"].value()

    assert year() == today().year
    made = lines(cast, (cast.field, 3, cast.lead))
    assert year() == today().year
    Programme.objects.filter(pk=made.pk).update(year=today().year)
    assert year() == today().year + 1
    lines(cast, (cast.field, 3, cast.lead))
    assert year() == today().year + 2


def test_what_is_wrong_in_a_line_names_it_above_the_form(cast, browser):
    page = browser.do(
        cast.officer, "audit_programme_new", cast.agency.pk, year=2027, aims="a", scope="b", criteria="c",
        **{"row-TOTAL_FORMS": 3, "row-INITIAL_FORMS": 0, "row-1-unit": cast.field.pk, "row-1-month": 5, "row-1-clauses": "99"},
        **{"row-2-unit": cast.office.pk},
    )  # fmt: skip
    above = " ".join(html.fromstring(page).xpath("//*[@role='alert']")[0].text_content().split())
    assert above == (
        "Dòng 2: Tiêu chuẩn không có điều khoản “99”. Dòng 3: Mỗi dòng cần cả đơn vị và tháng."
    )
