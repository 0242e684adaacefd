"""People in their posts: found by name and post only by people of their agency, from the first day
to the last, without other personal data."""

import pytest

from procedures.indexing import people as people_indexing
from procedures.models import DocumentPage
from procedures.reader import staff
from qms import access
from qms.clock import today
from qms.lifecycle import agencies, people
from qms.models import Unit, User
from qms.proof import journal
from search import api
from search.models import Pending
from search.queue import pending
from tests.procedures.people.conftest import DAY, LONG_AGO, found, names

# -- what is found


@pytest.mark.parametrize("typed", ["Trần Thị Hồng", "tran thi hong", "Hồng", "trần thị hông"])
def test_a_person_is_found_by_name_with_or_without_marks(hire, office, reader, typed):
    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    hire("Lê Văn Bảy", "Văn thư", office)
    assert names(typed, reader)[0] == "Trần Thị Hồng"


@pytest.mark.parametrize(
    "typed", ["chánh văn phòng sở tư pháp", "chanh van phong so tu phap", "chánh văn phòng"]
)
def test_a_person_is_found_by_post(hire, office, reader, make_document, agency, typed):
    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    hire("Lê Văn Bảy", "Văn thư", office)
    (hit, *_) = found(typed, reader)
    assert (hit.title, hit.unit_name, hit.agency_name, hit.kind) == (
        "Trần Thị Hồng – Chánh Văn phòng",
        "Văn phòng",
        "Sở Tư pháp",
        "person",
    )
    assert hit.snippet.replace("<mark>", "").replace("</mark>", "") == "Văn phòng, Sở Tư pháp"


@pytest.mark.slow
def test_colleagues_do_not_stand_before_what_is_written_on_the_same_subject(
    hire, agency, reader, make_document
):
    from tests.conftest import content

    unit = agencies.save_unit(Unit(agency=agency, name="Phòng Hộ tịch"), by=None)
    for number in range(60):
        hire(f"Nguyễn Số{number:02}", "Chuyên viên", unit)
    page = make_document(
        agency,
        code="QT-09",
        title="Sổ đăng ký",
        body=content("Lời dẫn. " * 50, "Phòng Hộ tịch của Sở Tư pháp giữ sổ."),
        issued="2026-01-05",
    )
    pending.flush()
    for typed in ("phòng hộ tịch", "hộ tịch", "sở tư pháp", "so tu phap"):
        hits = api.find(typed, tokens=access.tokens_for(reader), day=today()).hits
        first_person = next((place for place, hit in enumerate(hits) if hit.group == "person"), 99)
        assert [hit.origin for hit in hits[:first_person]].count(f"document:{page.pk}") == 1, typed


@pytest.mark.slow
def test_the_person_in_a_post_comes_before_procedures_that_name_the_post(
    hire, office, reader, agency, make_document
):
    from tests.conftest import content

    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    for number in range(6):
        text = content("Lời dẫn. " * 200, "Chánh Văn phòng phân công. Chánh Văn phòng duyệt.")
        make_document(
            agency, code=f"QT-{number}", title=f"Quy trình {number}", body=text, issued="2026-01-05"
        )
    for number in range(6, 20):  # a word that occurs everywhere is of no use
        text = content("Lời dẫn. " * 20, "Sở Tư pháp tiếp nhận, giải quyết hồ sơ.")
        make_document(
            agency, code=f"QT-{number}", title=f"Quy trình {number}", body=text, issued="2026-01-05"
        )
    assert (
        api_first("chánh văn phòng", reader)
        == api_first("chanh van phong so tu phap", reader)
        == "Trần Thị Hồng – Chánh Văn phòng"
    )


def api_first(text, user):
    pending.flush()
    return api.find(text, tokens=access.tokens_for(user), day=today()).hits[0].title


def test_a_post_that_many_hold_weighs_less_than_one_that_names_somebody(hire, agency):
    head = hire("Trần Thị Hồng", "Chánh Văn phòng")
    many = [hire(f"Nguyễn Số{number:02}", "Chuyên viên") for number in range(8)]
    weights = {
        entry.title.partition(" – ")[2]: entry.weight
        for entry in people_indexing.people([head.pk, many[0].pk])
    }
    assert weights == {"Chánh Văn phòng": 1.5, "Chuyên viên": 1.5 / 2.5}


def test_posts_are_offered_while_typing(hire, office, reader):
    hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    pending.flush()
    (one,) = api.suggest("chanh van", tokens=access.tokens_for(reader), day=today())
    assert (one.text, one.agency_name) == ("Trần Thị Hồng – Chánh Văn phòng", "Sở Tư pháp")


def test_roles_user_names_and_addresses_are_not_in_the_index(hire, office, reader):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office, role="officer")
    (entry,) = people_indexing.people([person.pk])
    said = repr(entry)
    assert person.username not in said and person.email not in said and "zzmail" not in said
    assert "officer" not in said and "Thư ký ISO" not in said
    assert names(person.username, reader) == names("zzmail", reader) == []


def test_somebody_without_a_name_is_not_found_by_user_name(agency, reader):
    nameless = User.objects.create_user("zzcanhcut")
    people.appoint(nameless, "reader", agency, by=None, starts_on=LONG_AGO)
    assert found("zzcanhcut", reader) == []
    assert list(people_indexing.people([nameless.pk])) == []
    assert staff.at_work(agency) == [post for post in staff.at_work(agency) if post.name]


def test_several_roles_in_one_post_are_one_entry(hire, office, agency):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    hire("", "Chánh Văn phòng", office, role="officer", person=person)
    hire("", "", role="auditor", person=person)
    assert [(post.title, post.unit_name) for post in staff.posts([person.pk])] == [
        ("Chánh Văn phòng", "Văn phòng")
    ]


def test_posts_that_touch_are_one_stretch_and_others_are_several(hire, office):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office, ends_on=today() + 10 * DAY)
    hire(
        "",
        "Chánh Văn phòng",
        office,
        role="officer",
        person=person,
        starts_on=today() + 11 * DAY,
        ends_on=today() + 20 * DAY,
    )
    hire("", "Chánh Văn phòng", office, role="author", person=person, starts_on=today() + 40 * DAY)
    hire("", "Phó Giám đốc", role="approver", person=person, starts_on=today() + 21 * DAY)
    assert sorted((post.title, post.first, post.last) for post in staff.posts([person.pk])) == [
        ("Chánh Văn phòng", LONG_AGO, today() + 20 * DAY),
        ("Chánh Văn phòng", today() + 40 * DAY, None),
        ("Phó Giám đốc", today() + 21 * DAY, None),
    ]


def test_a_city_role_is_not_an_appointment_in_an_agency(overseer, system_admin):
    assert staff.posts([overseer.pk, system_admin.pk]) == []


# -- who finds it


def test_only_the_agencys_own_people_and_who_administers_accounts_find_them(
    request, hire, office, client
):
    hire("Zzcanhcut Hồng", "Chánh Văn phòng", office)
    asked = ("reader", "author", "officer", "stranger", "overseer", "system_admin")
    assert {name for name in asked if names("zzcanhcut", request.getfixturevalue(name))} == {
        "reader",
        "author",
        "officer",
        "system_admin",
    }
    assert names("zzcanhcut") == names("chánh văn phòng") == []
    assert not api.suggest("zzcanh", tokens=frozenset({"public", "city", "issued"}))
    told = api.find("zzcanhcuu", tokens=frozenset({"public", "city", "issued"}), day=today())
    assert (told.did_you_mean, told.total) == ("", 0)


def test_a_person_of_two_agencies_is_found_in_each_by_its_own_people_alone(
    hire, office, other_agency, reader, stranger
):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    hire("", "Cố vấn", where=other_agency, person=person)
    assert [(hit.title, hit.snippet) for hit in found("hồng", reader)] == [
        ("Trần Thị Hồng – Chánh Văn phòng", "Văn phòng, Sở Tư pháp")
    ]
    assert [(hit.title, hit.snippet) for hit in found("hồng", stranger)] == [
        ("Trần Thị Hồng – Cố vấn", "Sở Nội vụ")
    ]


# -- days, and changes


def test_a_post_begins_and_ends_on_its_day_without_a_job(hire, office, reader):
    hire(
        "Trần Thị Hồng",
        "Chánh Văn phòng",
        office,
        starts_on=today() + DAY,
        ends_on=today() + 5 * DAY,
    )
    assert names("hong", reader) == names("hong", reader, today() + 6 * DAY) == []
    assert (
        names("hong", reader, today() + DAY)
        == names("hong", reader, today() + 5 * DAY)
        == ["Trần Thị Hồng"]
    )


def test_a_post_that_has_ended_is_not_in_the_index(hire, office):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office, ends_on=today() - DAY)
    assert list(people_indexing.people([person.pk])) == []


def test_a_post_ends_with_its_agency(hire, office, agency):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    agencies.close_agency(agency, on_day=today() + 3 * DAY, successor=None, by=None)
    assert [post.last for post in staff.posts([person.pk])] == [today() + 3 * DAY]


def test_a_deactivated_account_leaves_the_index_and_comes_back(hire, office, reader):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    assert names("hong", reader)
    people.deactivate(person, by=None)
    assert names("hong", reader) == []
    people.reactivate(person, by=None)
    assert names("hong", reader) == ["Trần Thị Hồng"]


def test_each_change_of_a_person_or_post_reaches_the_index(hire, office, reader):
    person = hire("Trần Thị Hồng", "Chánh Văn phòng", office)
    given = person.appointments.get()
    people.change(person, by=None, first_name="Trần Thị Hồng Hạnh")
    assert names("hong hanh", reader) == ["Trần Thị Hồng Hạnh"]
    people.change_appointment(given, by=None, post="Phó Giám đốc")
    assert [hit.title for hit in found("hạnh", reader)] == ["Trần Thị Hồng Hạnh – Phó Giám đốc"]
    people.end_appointment(given, by=None)
    assert names("hong hanh", reader) == []


def test_a_renamed_unit_or_agency_is_found_by_its_new_name_with_its_people_and_drafts(
    hire, office, agency, reader, officer, make_document
):
    hire("Trần Thị Hồng", "Chánh", office)
    make_document(agency, officer, title="Bản thảo", unit=office)
    pending.flush()
    office.name = "Zzkhoi hành chính"
    agencies.save_unit(office, by=None)
    assert [hit.unit_name for hit in found("zzkhoi", reader)] == ["Zzkhoi hành chính"]
    assert {hit.group for hit in api.find("zzkhoi", tokens=access.tokens_for(reader)).hits} == {
        "person",
        "unit",
    }
    agencies.change_agency(agency, by=None, name="Zzso Tư pháp")
    pending.flush()
    hits = api.find(
        "", tokens=access.tokens_for(officer), filters={"agency": (str(agency.pk),)}, size=50
    ).hits
    assert {hit.agency_name for hit in hits if hit.group != "document"} == {"Zzso Tư pháp"}
    assert {hit.group for hit in hits} == {"agency", "unit", "person", "draft"}
    unit = agencies.save_unit(Unit(agency=agency, name="Zzphong mới"), by=None)
    pending.flush()
    assert api.find("zzphong", tokens=access.tokens_for(reader)).total == 1
    agencies.delete_unit(unit, by=None)
    pending.flush()
    assert api.find("zzphong", tokens=access.tokens_for(reader)).total == 0


def test_a_change_that_is_taken_back_leaves_nothing_to_do(hire):
    from django.db import transaction

    person = hire("Trần Thị Hồng")
    pending.flush()
    with pytest.raises(RuntimeError), transaction.atomic():
        people.change(person, by=None, first_name="Khác")
        assert Pending.objects.exists()
        raise RuntimeError
    assert not Pending.objects.exists()


def test_acts_that_concern_no_name_mark_nothing(agency):
    pending.flush()
    journal.append("code_templates_set", f"agency:{agency.pk}", agency=agency, by=None)
    journal.append("appointed", "person:", agency=agency, by=None)
    assert not Pending.objects.exists()
    assert not DocumentPage.objects.exists()
