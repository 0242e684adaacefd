"""People from sheets and typed lists: checked row by row, taken all or none."""

import io
import zipfile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from qms import access
from qms.errors import Refused
from qms.lifecycle import people
from qms.models import User
from qms.sandbox import sheets
from qms.setup import people_import, people_sheet
from tests.qms.sheets import HEAD, sheet, upload


def test_user_names_are_made_of_vietnamese_names(db):
    assert people.propose_username("Nguyễn Thị Hồng Anh") == "anhnth"
    assert people.propose_username("Đặng Văn Đức") == "ducdv"
    assert people.propose_username("Nguyễn Thị Hồng Anh", ["anhnth"]) == "anhnth2"
    User.objects.create(username="ANHNTH")
    assert people.propose_username("Nguyễn Thị Hồng Anh") == "anhnth2"
    assert people.propose_username("Ý") == "y.nd"
    assert people.propose_username("李") == "nguoidung"


def test_the_template_can_be_filled_in_and_read_back(agency, unit):
    book = load_workbook(io.BytesIO(people_sheet.template(agency)))
    first, second = book.worksheets
    assert [cell.value for cell in first[1]] == HEAD
    assert second["A2"].value == "Phòng Nghiệp vụ"
    first.append(["Lê Văn A"])
    file = io.BytesIO()
    book.save(file)
    assert [row.name for row in people_sheet.read(file.getvalue())] == ["Lê Văn A"]


def test_a_units_name_is_never_a_formula_in_the_sheet_to_fill_in(agency):
    for name in ("=HYPERLINK(1)", "+1", "-1", "@x", "\x07\ufffe\uffff"):  # the last are no XML
        agency.units.create(name=name)
    lists = load_workbook(io.BytesIO(people_sheet.template(agency))).worksheets[1]
    cells = [lists.cell(row=row, column=1) for row in range(2, lists.max_row + 1)]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]


def test_a_dry_run_shows_the_errors_of_each_row_and_changes_nothing(
    client, admin, agency, unit, reader, foreign
):
    client.force_login(admin)
    data = sheet(
        ["", "khongten", "", "", "", "", "", ""],
        [
            "Lê Văn Một",
            "lê một",
            "khong-phai-thu",
            "Phòng Không Có",
            "",
            "Thủ kho; Quản trị hệ thống",
            "31/02/2026",
            "",
        ],
        ["Lê Văn Hai", "HOANGYEN", "", "", "", "", "01/02/2026", "01/01/2026"],
        ["Lê Văn Ba", "leba", "", "nv", "", "", "", ""],
        ["Lê Văn Bốn", "LEBA", "", "", "", "", "", ""],
    )
    answer = client.post(reverse("manage_people", args=[agency.pk]), upload(data))
    errors = [row.errors for row in sorted(answer.context["found"], key=lambda row: row.line)]
    assert errors[0] == ["Thiếu họ và tên."]
    assert len(errors[1]) == 6
    assert ["đã có người dùng" in errors[2][0], "Ngày kết thúc" in errors[2][1]] == [True, True]
    assert errors[3] == []
    assert errors[4] == ["Tên đăng nhập lặp lại trong danh sách."]
    # Rows with errors come first
    assert [bool(row.errors) for row in answer.context["found"]] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert answer.context["kept"] == ""
    assert "Vũ" not in answer.content.decode()  # the owner of the name is not revealed
    assert not User.objects.filter(first_name__startswith="Lê Văn").exists()


def test_a_clean_sheet_is_taken_after_the_confirmation_with_posts_and_slips(
    client, admin, agency, unit
):
    client.force_login(admin)
    data = sheet(
        [
            "Trần Thị Bình",
            "",
            "binh@example.org",
            "Phòng Nghiệp vụ",
            "Chuyên viên",
            "Thư ký ISO; Người soạn thảo",
            "01/02/2026",
            "",
        ],
        ["Trần Thế Bình", "", "", "NV", "", "", "", ""],
    )
    page = client.post(reverse("manage_people", args=[agency.pk]), upload(data))
    shown = [(row.username, row.unit, row.roles) for row in page.context["found"]]
    assert shown == [
        ("binhtt", "Phòng Nghiệp vụ", "Thư ký ISO; Người soạn thảo"),
        ("binhtt2", "Phòng Nghiệp vụ", "Người đọc"),
    ]
    assert not User.objects.filter(username="binhtt").exists()
    answer = client.post(
        reverse("manage_people", args=[agency.pk]), {"act": "confirm", "kept": page.context["kept"]}
    )
    assert [slip["person"].username for slip in answer.context["slips"]] == ["binhtt", "binhtt2"]
    person = User.objects.get(username="binhtt")
    assert access.roles_in(person, agency) == {"officer", "author"}
    assert person.appointments.filter(unit=unit, post="Chuyên viên").count() == 2
    assert access.roles_in(User.objects.get(username="binhtt2"), agency) == {"reader"}
    again = client.post(
        reverse("manage_people", args=[agency.pk]), {"act": "confirm", "kept": page.context["kept"]}
    )
    assert again.context["slips"] == []
    assert User.objects.filter(first_name__in=["Trần Thị Bình", "Trần Thế Bình"]).count() == 2


def test_a_list_without_user_names_makes_nobody_twice(client, admin, agency):
    client.force_login(admin)
    form = {
        "act": "typed",
        "row-TOTAL_FORMS": "1",
        "row-INITIAL_FORMS": "0",
        "row-0-name": "Lê Văn A",
        "row-0-roles": "reader",
    }
    client.post(reverse("manage_people", args=[agency.pk]), form)
    # The page of slips was reloaded
    again = client.post(reverse("manage_people", args=[agency.pk]), form)
    assert "Cơ quan đã có Lê Văn A (alv)" in again.content.decode()
    sent = client.post(
        reverse("manage_people", args=[agency.pk]),
        upload(sheet(["lê  văn a"], ["Lê Văn B"], ["Lê Văn B"], ["Lê Ván A"])),
    )
    assert {row.line: len(row.errors) for row in sent.context["found"]} == {3: 1, 4: 0, 5: 1, 6: 0}
    assert User.objects.filter(first_name="Lê Văn A").count() == 1
    named = client.post(
        reverse("manage_people", args=[agency.pk]), form | {"row-0-username": "alv2"}
    )
    # Somebody else with that name
    assert [slip["person"].username for slip in named.context["slips"]] == ["alv2"]


def test_people_of_other_agencies_may_bear_the_same_name(client, admin, agency, foreign):
    client.force_login(admin)
    page = client.post(
        reverse("manage_people", args=[agency.pk]), upload(sheet([foreign["person"].first_name]))
    )
    assert [row.errors for row in page.context["found"]] == [[]]


def test_a_vietnamese_sheet_is_understood_on_an_english_screen(client, admin, agency):
    client.force_login(admin)
    client.cookies["django_language"] = "en"
    page = client.post(
        reverse("manage_people", args=[agency.pk]),
        upload(sheet(["Lê Văn A", "", "", "", "", "Thư ký ISO; reviewer"])),
    )
    assert [(row.errors, row.roles) for row in page.context["found"]] == [
        ([], "ISO officer; Reviewer")
    ]


def test_a_user_name_of_somebody_else_does_not_appoint_them(agency, admin, reader):
    row = people_sheet.Row(1, name="Trùng Tên Đăng Nhập", username=reader.username, roles="officer")
    people_import.check(agency, [row])
    assert any(reader.first_name in error for error in row.errors)
    same = people_sheet.Row(
        1, name=reader.first_name.upper(), username=reader.username, roles="officer"
    )
    people_import.check(agency, [same])
    assert same.errors == []


def test_a_list_read_twice_gives_a_role_that_begins_later_once(agency, admin, reader):
    row = people_sheet.Row(
        1,
        name=reader.first_name,
        username="reader",
        roles="officer; reader",
        starts_on="01/01/2099",
    )
    for _ in range(2):
        people_import.carry_out(agency, [row], by=admin)
    assert sorted(reader.appointments.values_list("role", flat=True)) == ["officer", "reader"]


def test_an_account_that_is_no_longer_active_is_not_appointed_by_a_list(agency, admin, reader):
    people.deactivate(reader, by=admin)
    row = people_sheet.Row(1, name=reader.first_name, username="reader", roles="officer")
    assert people_import.check(agency, [row]) == []
    assert "ngừng hoạt động" in row.errors[0]


def test_a_confirmation_for_one_agency_or_person_does_not_serve_another(
    client, admin, agency, system_admin, other_agency
):
    client.force_login(admin)
    kept = client.post(
        reverse("manage_people", args=[agency.pk]), upload(sheet(["Lê Văn A"]))
    ).context["kept"]
    client.force_login(system_admin)
    for agency_id in (agency.pk, other_agency.pk):
        client.post(reverse("manage_people", args=[agency_id]), {"act": "confirm", "kept": kept})
    client.post(reverse("manage_people", args=[agency.pk]), {"act": "confirm", "kept": "bịa"})
    assert not User.objects.filter(first_name="Lê Văn A").exists()


def test_all_rows_are_taken_or_none(agency, admin):
    rows = [
        people_sheet.Row(1, name="Lê Văn A"),
        people_sheet.Row(2, name="Lê Văn B", roles="Thủ kho"),
    ]
    with pytest.raises(Refused, match="còn lỗi"):
        people_import.carry_out(agency, rows, by=admin)
    assert not User.objects.filter(first_name="Lê Văn A").exists()


def test_the_import_is_refused_to_the_wrong_role_and_another_agency(
    client, agency, officer, reader, other_admin
):
    for by in (officer, reader, other_admin):
        with pytest.raises(Refused):
            people_import.carry_out(agency, [people_sheet.Row(1, name="Lê Văn A")], by=by)
        client.force_login(by)
        assert (
            client.post(
                reverse("manage_people", args=[agency.pk]), upload(sheet(["Lê Văn A"]))
            ).status_code
            == 404
        )


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04hong", b"khong phai bang tinh", sheet(), sheet(["x"], head=["Cột", "Khác"])],
    ids=["empty", "cut", "text", "no rows", "no heading"],
)
def test_a_file_that_is_not_a_sheet_of_people_is_refused_with_advice(client, admin, agency, data):
    client.force_login(admin)
    answer = client.post(reverse("manage_people", args=[agency.pk]), upload(data))
    assert answer.status_code == 200
    assert answer.context["sheet"].errors["sheet"]


def hostile(part, text):
    """A sheet of people with one part replaced."""
    source, out = zipfile.ZipFile(io.BytesIO(sheet(["Lê Văn A"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in {*source.namelist(), part}:
            package.writestr(name, text if name == part else source.read(name))
    return out.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_sheet_that_unpacks_to_too_much_is_not_opened():
    with pytest.raises(Refused, match="quá lớn"):
        people_sheet.read(hostile("xl/media/a.bin", b"0" * 63_000_000))


def test_a_small_sheet_that_takes_long_costs_no_thread_of_the_web(
    client, admin, agency, monkeypatch
):
    monkeypatch.setattr(sheets, "SECONDS", 2)
    cells = "<c><v>1</v></c>" * 3_500_000
    data = hostile(
        "xl/worksheets/sheet1.xml",
        f'<worksheet {MAIN}><sheetData><row r="1">{cells}</row></sheetData></worksheet>',
    )
    assert len(data) < 200_000
    client.force_login(admin)
    answer = client.post(reverse("manage_people", args=[agency.pk]), upload(data))
    assert "quá phức tạp" in str(answer.context["sheet"].errors["sheet"])


def test_a_list_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(people_sheet, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="dài hơn 3 người"):
        people_sheet.read(sheet(*[[f"Lê Văn {n}"] for n in range(4)]))
    people_sheet.read(sheet(*[[f"Lê Văn {n}"] for n in range(3)], *[[""]] * 60))
