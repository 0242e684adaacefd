"""Pages of reading: setting a rule, reading, confirming and counting by clicks; who sees names,
figures or nothing."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from procedures.models import Confirmation, ReadingRule
from procedures.readership.reading import lifecycle
from procedures.readership.reading.waiting import tasks
from qms import access
from qms.clock import on_day, today
from qms.models import Appointment, User
from tests.kept import tool
from tests.procedures.readership.conftest import days, issue_again, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
@tool
def see(client):
    def open_(who, name, *args, query=""):
        client.force_login(who)
        return client.get(reverse(name, args=args) + query)

    return open_


@pytest.fixture
@tool
def do(client):
    def post(person, name, *args, **data):
        client.force_login(person)
        answer = client.post(reverse(name, args=args), data, follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return post


def said(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


RULE = {"about": "document", "who": "units", "days": "7", "each_version": "on"}


def test_an_officer_sets_a_rule_a_clerk_confirms_and_the_lists_count(cast, see, do):
    page = do(
        cast.officer, "reading_rule_new", cast.agency.pk,
        **RULE, document=cast.page.pk, units=[cast.field.pk],
    )  # fmt: skip
    assert "QT-05 Cấp phiếu" in page and "Phòng Bổ trợ tư pháp" in page
    assert "trước hết ngày" in said(see(cast.clerk, "document", cast.page.pk))
    assert "QT-05" in said(see(cast.clerk, "my_reading"))
    assert "QT-05 Cấp phiếu" in said(see(cast.clerk, "home"))
    page = do(cast.clerk, "confirm_reading", cast.version.pk)
    assert "Đã ghi nhận" in page and "Bạn đã xác nhận ngày" in page
    assert "không còn tài liệu nào phải đọc" in said(see(cast.clerk, "my_reading"))
    totals = see(cast.officer, "agency_reading", cast.agency.pk).context["totals"]
    assert totals == {"must": 3, "done": 1, "open": 2, "late": 0}
    rows = see(cast.officer, "version_readers", cast.version.pk).context["page"]
    assert [(row.name, row.state) for row in rows] == [
        ("Mai Đồng Nghiệp", "open"), ("Hồ Trưởng Phòng", "open"), ("Lý Chuyên Viên", "done"),
    ]  # fmt: skip
    everybody = said(see(cast.officer, "agency_reading_people", cast.agency.pk))
    assert "Hồ Trưởng Phòng" in everybody and "Ngô Giám Đốc" in everybody


def test_a_second_click_and_a_second_window_confirm_nothing_more(cast, rule, do):
    token = {"csrfmiddlewaretoken": "a" * 64}
    do(cast.clerk, "confirm_reading", cast.version.pk, **token)
    assert "không làm gì thêm" in do(cast.clerk, "confirm_reading", cast.version.pk, **token)
    do(cast.clerk, "confirm_reading", cast.version.pk, csrfmiddlewaretoken="b" * 64)
    assert Confirmation.objects.count() == 1


def test_a_page_left_open_while_a_version_was_issued_says_so(cast, rule, do):
    issue_again(cast)
    page = do(cast.clerk, "confirm_reading", cast.version.pk)
    assert "Phiên bản 2 đã thay phiên bản này" in page
    assert not Confirmation.objects.exists()


def test_a_rule_is_changed_and_ended_by_its_pages(cast, rule, see, do):
    form = see(cast.officer, "reading_rule", rule.pk).context["form"]
    assert (form.initial["about"], form.initial["who"], form.initial["units"]) == (
        "document", "units", [cast.field.pk],
    )  # fmt: skip
    typed = {"about": "codes", "codes": "QT-05, BM-01", "who": "roles", "roles": ["approver"]}
    page = do(cast.officer, "reading_rule", rule.pk, **typed, days="3")
    assert "QT-05, BM-01" in page and "Người phê duyệt" in page
    rule.refresh_from_db()
    assert (rule.each_version, rule.days) == (False, 3)
    assert "Ngừng áp dụng từ" in do(cast.officer, "reading_rule_end", rule.pk)
    assert see(cast.officer, "reading_rule", rule.pk).status_code == 404


def test_what_was_typed_wrong_is_said_and_kept(cast, do):
    page = do(
        cast.officer, "reading_rule_new", cast.agency.pk,
        **{**RULE, "about": "codes"}, codes="QT-77", units=[cast.field.pk],
    )  # fmt: skip
    assert (
        "Không có tài liệu nào đang có hiệu lực mang mã hiệu QT-77" in page
        and "QT-77</textarea>" in page
    )
    page = do(cast.officer, "reading_rule_new", cast.agency.pk, **RULE, document=cast.page.pk)
    assert "chưa dành cho ai" in page
    page = do(cast.officer, "reading_rule_new", cast.agency.pk, days="x", about="nonsense")
    assert page.count('class="error"') >= 3
    assert not ReadingRule.objects.exists()


# -- who sees what


def test_lists_are_for_those_in_charge_alone(cast, rule, see):
    pages = [
        ("agency_reading", cast.agency.pk), ("agency_reading_people", cast.agency.pk),
        ("version_readers", cast.version.pk), ("agency_reading_rules", cast.agency.pk),
        ("reading_rule_new", cast.agency.pk), ("reading_rule", rule.pk),
    ]  # fmt: skip
    seen = {
        name: [see(getattr(cast, name), *page).status_code for page in pages]
        for name in ("officer", "head", "clerk", "reader", "stranger", "overseer")
    }
    assert seen == {
        "officer": [200] * 6,
        "head": [200, 200, 200, 200, 404, 404],
        "clerk": [404] * 6,
        "reader": [404] * 6,
        "stranger": [404] * 6,
        "overseer": [200, 404, 404, 404, 404, 404],
    }


def test_the_overseer_reads_numbers_without_names(cast, rule, see):
    lifecycle.confirm(cast.version, by=cast.clerk)
    answer = see(cast.overseer, "agency_reading", cast.agency.pk)
    assert answer.context["totals"] == {"must": 3, "done": 1, "open": 2, "late": 0}
    file = see(cast.overseer, "agency_reading", cast.agency.pk, query="?export=csv")
    for text in (said(answer), said(file)):
        assert "Cấp phiếu" in text
        assert not any(name in text for name in ("Lý Chuyên Viên", "Mai Đồng Nghiệp"))


def test_the_overseer_finds_the_numbers_from_the_document_and_the_own_page(cast, rule, see):
    lifecycle.confirm(cast.version, by=cast.clerk)
    page = " ".join(said(see(cast.overseer, "document", cast.page.pk)).split())
    figures = reverse("agency_reading", args=[cast.agency.pk])
    assert "Đã đọc và hiểu: 1 trong 3 người phải đọc" in page and figures in page
    assert "Lý Chuyên Viên" not in page and "Ai đã đọc, ai chưa đọc" not in page
    assert figures in said(see(cast.overseer, "oversight"))
    assert "người phải đọc" not in said(see(cast.stranger, "document", cast.page.pk))
    issue_again(cast)
    past = said(see(cast.overseer, "version", cast.version.pk))
    assert "Đã đọc và hiểu: 1 người đã xác nhận" in past


def test_the_head_of_a_unit_sees_that_unit_alone(cast, appoint, see):
    make_rule(cast, audience={"everyone": True})
    boss = appoint("boss", "unit_head", cast.agency, name="Vũ Đầu Phòng", unit=cast.field)
    answer = see(boss, "agency_reading", cast.agency.pk)
    assert answer.context["totals"]["must"] == 4
    assert (
        see(boss, "agency_reading", cast.agency.pk, query=f"?unit={cast.office.pk}").context[
            "totals"
        ]["must"]
        == 4
    )
    everybody = said(see(boss, "agency_reading_people", cast.agency.pk))
    assert "Lý Chuyên Viên" in everybody and "Ngô Giám Đốc" not in everybody
    file = said(see(boss, "agency_reading_people", cast.agency.pk, query="?export=csv"))
    assert "Lý Chuyên Viên" in file and "Ngô Giám Đốc" not in file
    rows = see(boss, "version_readers", cast.version.pk).context["page"]
    assert {row.unit_name for row in rows} == {"Phòng Bổ trợ tư pháp"}
    assert see(boss, "agency_reading_rules", cast.agency.pk).status_code == 404
    assert see(boss, "agency_reading", cast.other_agency.pk).status_code == 404


def test_who_may_not_read_a_version_confirms_none(cast, rule, client):
    client.force_login(cast.elsewhere)
    page = client.post(reverse("confirm_reading", args=[cast.version.pk]), follow=True)
    assert "Không có quy tắc nào" in page.content.decode()
    assert client.post(reverse("confirm_reading", args=[999_999])).status_code == 404
    client.logout()
    assert client.post(reverse("confirm_reading", args=[cast.version.pk])).status_code == 302
    assert not Confirmation.objects.exists()


# -- lists and files


def test_under_a_person_ten_are_named_and_the_others_counted(cast, make_document, see):
    for number in range(12):
        make_document(cast.agency, cast.officer, code=f"QT-1{number}", issued="2026-01-05")
    make_rule(cast, what={"kind": "procedure"})
    page = said(see(cast.officer, "agency_reading_people", cast.agency.pk))
    assert page.count("QT-1") == 27  # three people: QT-05 and nine of these each
    assert page.count("và 3 tài liệu khác") == 3


def test_lists_take_constant_queries(
    cast, make_document, appoint, see, django_assert_max_num_queries
):
    make_rule(cast)
    make_rule(cast, what={"kind": "procedure"}, audience={"everyone": True})
    pages = [
        ("agency_reading", cast.agency.pk), ("agency_reading_people", cast.agency.pk),
        ("version_readers", cast.version.pk), ("agency_reading_rules", cast.agency.pk),
    ]  # fmt: skip

    def counted():
        found = []
        for page in pages:
            with django_assert_max_num_queries(75) as counter:
                said(see(cast.officer, *page))
            found.append(len(counter))
        with django_assert_max_num_queries(75) as counter:
            said(see(cast.clerk, "my_reading"))
        return [*found, len(counter)]

    counted()
    before = counted()
    for number in range(4):
        make_document(cast.agency, cast.officer, code=f"QT-1{number}", issued="2026-02-01")
        person = appoint(f"more{number}", "reader", cast.agency, unit=cast.office)
        lifecycle.confirm(cast.version, by=person)
    make_rule(cast, what={"document": cast.form.pk})
    counted()  # the numbers of the header are computed once after each write
    assert counted() == before


def test_files_hold_who_has_and_who_has_not(cast, rule, see):
    lifecycle.confirm(cast.version, by=cast.clerk)
    with on_day(today() + days(9)):
        answer = see(cast.officer, "version_readers", cast.version.pk, query="?export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [(row[0].value, row[3].value) for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        ("Mai Đồng Nghiệp", "Quá hạn"), ("Hồ Trưởng Phòng", "Quá hạn"), ("Lý Chuyên Viên", "Đã đọc"),
    ]  # fmt: skip
    text = said(see(cast.officer, "agency_reading_people", cast.agency.pk, query="?export=csv"))
    assert text.count("QT-05") == 2 and "Lý Chuyên Viên" not in text


def test_a_person_who_left_stays_in_the_list_of_the_version(cast, rule, see):
    lifecycle.confirm(cast.version, by=cast.clerk)
    Appointment.objects.filter(person=cast.clerk).update(ends_on=today() - days(1))
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False, first_name="Tên Mới")
    (row,) = [
        row
        for row in see(cast.officer, "version_readers", cast.version.pk).context["page"]
        if row.state == "done"
    ]
    assert (row.name, row.must) == ("Lý Chuyên Viên", False)


def test_my_work_names_what_is_due_first_and_what_is_late(cast, rule):
    make_rule(cast, what={"document": cast.form.pk}, days=2)
    with on_day(today() + days(4)):
        access.forget(cast.clerk)
        found = [(task.label, task.overdue) for task in tasks(cast.clerk)]
    assert found == [("BM-01 Giấy tiếp nhận", True), ("QT-05 Cấp phiếu", False)]


def test_odd_parameters_find_the_nearest_page(cast, rule, see):
    for query in ("?page=9999999999999", "?page=-1", "?unit=x", "?state=nonsense", "?export=exe"):
        for page in (("agency_reading", cast.agency.pk), ("version_readers", cast.version.pk)):
            assert see(cast.officer, *page, query=query).status_code == 200
