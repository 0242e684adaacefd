"""The screen of abbreviations and synonyms: who may read and edit what, what is refused, the
immediate effect of a change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.errors import Refused
from search import api
from search.models import Synonym
from search.tables import lifecycle, rules
from search.words.question import parse_question

NAMES = ("synonyms:index", "synonyms:add", "synonyms:try", "synonyms:history")


@pytest.fixture
def shared(db):
    return Synonym.objects.create(short="QWX", long="quy ước xanh")


@pytest.fixture
def own(agency):
    return Synonym.objects.create(agency=agency, short="TCTĐB", long="tổ công tác đặc biệt")


@pytest.fixture
def foreign(other_agency):
    return Synonym.objects.create(agency=other_agency, short="ZKN", long="zkanari khác")


def send(client, name, *args, **fields):
    return client.post(reverse(name, args=args), {"both_ways": "on", **fields})


def errors(response):
    return [text for texts in response.context["form"].errors.values() for text in texts]


@pytest.mark.parametrize("name", NAMES)
def test_screens_are_for_iso_officers_and_system_administrators(
    client, officer, system_admin, author, reader, overseer, appoint, agency, name
):
    for person in (officer, system_admin):
        client.force_login(person)
        assert client.get(reverse(name)).status_code == 200
    for person in (author, appoint("admin", "agency_admin", agency)):
        client.force_login(person)
        assert client.get(reverse(name)).status_code == 302
    for person in (reader, overseer):
        client.force_login(person)
        assert client.get(reverse(name), follow=True).status_code == 403
    client.logout()
    assert client.get(reverse(name)).url.startswith(reverse("admin_sign_in"))


def test_an_officer_sees_the_own_rows_first_and_reads_those_of_everybody(
    client, officer, own, shared, foreign
):
    client.force_login(officer)
    html = client.get(reverse("synonyms:index")).content.decode()
    assert html.index("TCTĐB") < html.index("ANM")
    assert "ZKN" not in html
    found = client.get(reverse("synonyms:index"), {"q": "quy uoc"}).content.decode()
    assert "QWX" in found
    assert reverse("synonyms:edit", args=[own.pk]) in html
    assert reverse("synonyms:edit", args=[shared.pk]) not in found


def test_a_system_administrator_writes_those_of_everybody_and_sees_no_agencys(
    client, system_admin, own, shared
):
    client.force_login(system_admin)
    html = client.get(reverse("synonyms:index"), {"q": "qwx"}).content.decode()
    assert reverse("synonyms:edit", args=[shared.pk]) in html
    assert "TCTĐB" not in client.get(reverse("synonyms:index"), {"q": "tctdb"}).content.decode()


@pytest.mark.parametrize("typed", ["tctdb", "TO CONG TAC", "công tác đặc biệt", "dac biet tct"])
def test_searching_reads_as_questions_are_read(client, officer, own, typed):
    client.force_login(officer)
    assert "TCTĐB" in client.get(reverse("synonyms:index"), {"q": typed}).content.decode()


def test_searching_finds_an_abbreviation_with_a_sign_without_it(client, officer, db):
    client.force_login(officer)
    assert "KH&amp;CN" in client.get(reverse("synonyms:index"), {"q": "khcn"}).content.decode()
    assert "KH&amp;CN" in client.get(reverse("synonyms:index"), {"q": "kh&cn"}).content.decode()


def test_the_filter_shows_one_of_the_tables(client, officer, own, shared):
    client.force_login(officer)
    mine = client.get(reverse("synonyms:index"), {"whose": "own"}).content.decode()
    assert "TCTĐB" in mine
    assert "ủy ban nhân dân" not in mine
    assert (
        "TCTĐB" not in client.get(reverse("synonyms:index"), {"whose": "shared"}).content.decode()
    )


def test_an_officer_adds_a_row_for_the_own_agency_that_counts_for_its_people_at_once(
    client, officer, agency, other_agency
):
    client.force_login(officer)
    assert api.synonyms(agency.pk).expand(parse_question("pxyz")) == []
    response = client.post(
        reverse("synonyms:add"),
        {"short": "  PXYZ ", "long": "phòng  xem yêu cầu", "both_ways": "on"},
        follow=True,
    )
    row = Synonym.objects.get(short="PXYZ")
    assert (row.agency, row.long, row.both_ways) == (agency, "phòng xem yêu cầu", True)
    assert "Đã thêm" in response.content.decode()
    assert [e.covers for e in api.synonyms(agency.pk).expand(parse_question("pxyz"))] == [("pxyz",)]
    assert api.synonyms(other_agency.pk).expand(parse_question("pxyz")) == []
    assert api.synonyms().expand(parse_question("pxyz")) == []
    assert [h.history_user for h in row.history.all()] == [officer]


def test_a_row_is_changed_and_deleted_and_its_history_says_so(client, officer, own):
    client.force_login(officer)
    assert send(client, "synonyms:edit", own.pk, short="TCT", long="tổ công tác").status_code == 302
    own.refresh_from_db()
    assert (own.short, own.long) == ("TCT", "tổ công tác")
    assert "TCTĐB → TCT" in client.get(reverse("synonyms:acts", args=[own.pk])).content.decode()
    assert client.post(reverse("synonyms:remove", args=[own.pk])).status_code == 302
    assert not Synonym.objects.filter(pk=own.pk).exists()
    html = client.get(reverse("synonyms:history")).content.decode()
    assert "Xóa: TCT = tổ công tác" in html
    assert officer.first_name in html


def test_the_first_change_of_a_row_that_came_with_the_installation_tells_what_it_was(
    client, system_admin
):
    row = Synonym.objects.get(short="UBND")
    client.force_login(system_admin)
    send(client, "synonyms:edit", row.pk, short="UBND", long="ủy ban nhân dân các cấp")
    assert (
        "ủy ban nhân dân → ủy ban nhân dân các cấp"
        in client.get(reverse("synonyms:acts", args=[row.pk])).content.decode()
    )


def test_rows_of_others_are_neither_changed_nor_deleted_nor_told(client, officer, shared, foreign):
    client.force_login(officer)
    for row in (shared, foreign):
        for name in ("synonyms:edit", "synonyms:remove", "synonyms:acts"):
            for answer in (
                client.get(reverse(name, args=[row.pk])),
                client.post(reverse(name, args=[row.pk]), {"short": "X1", "long": "x hai"}),
            ):
                assert answer.status_code in (404, 405)
        row.refresh_from_db()
    assert (shared.short, foreign.short) == ("QWX", "ZKN")
    assert "ZKN" not in client.get(reverse("synonyms:history")).content.decode()


def test_a_foreign_agency_in_the_form_changes_nothing_of_it(
    client, officer, agency, other_agency, system_admin, appoint
):
    client.force_login(officer)
    send(client, "synonyms:add", short="PXYZ", long="phòng xem yêu cầu", agency=other_agency.pk)
    assert Synonym.objects.get(short="PXYZ").agency == agency
    appoint("sysadmin", "officer", agency)
    client.force_login(system_admin)
    assert (
        send(
            client, "synonyms:add", short="PXY", long="phòng xem", agency=other_agency.pk
        ).status_code
        == 200
    )
    assert send(client, "synonyms:add", short="PXY", long="phòng xem", agency="").status_code == 302
    assert (
        send(
            client, "synonyms:add", short="PXA", long="phòng xem ảnh", agency=agency.pk
        ).status_code
        == 302
    )
    assert list(
        Synonym.objects.filter(short__startswith="PXA").values_list("agency", flat=True)
    ) == [agency.pk]
    assert Synonym.objects.get(short="PXY").agency is None


def test_the_steps_ask_the_rule_themselves(
    officer, stranger, system_admin, author, agency, own, shared
):
    for person, row in ((stranger, own), (author, own), (system_admin, own), (officer, shared)):
        with pytest.raises(Refused):
            lifecycle.save_synonym(row, by=person)
        with pytest.raises(Refused):
            lifecycle.delete_synonym(row, by=person)
    assert rules.may_edit_tables(officer, agency)


@pytest.mark.parametrize(
    ("short", "long", "said"),
    [
        ("", "ủy ban", "bắt buộc"),
        ("UBX", "", "bắt buộc"),
        ("...", "ủy ban", "chỉ có dấu câu"),
        ("UBX", "—!", "chỉ có dấu câu"),
        ("ủy ban", "ỦY BAN", "giống nhau"),
        ("uy ban", "ủy ban", "giống nhau"),
        ("không", "hồ sơ lạ", "hầu hết câu hỏi"),
        ("cho", "chợ hoa", "hầu hết câu hỏi"),
        ("hồ sơ lạ", "không", "Hãy bỏ chọn"),
        ("ubnd", "Uỷ Ban nhan dân", "Bảng dùng chung đã có “UBND = ủy ban nhân dân”"),
        ("Ủy ban nhân dân", "UBND", "Bảng dùng chung đã có"),
        ("tctdb", "TỔ CÔNG TÁC ĐẶC BIỆT", "Bảng đã có “TCTĐB = tổ công tác đặc biệt”"),
        ("một hai ba bốn năm sáu bảy tám chín", "chín chữ", "Tối đa 8 chữ"),
        ("x" * 61, "dài", "60"),
    ],
)
def test_what_does_nothing_or_harm_is_refused_with_the_reason(
    client, officer, own, short, long, said
):
    client.force_login(officer)
    response = send(client, "synonyms:add", short=short, long=long)
    assert response.status_code == 200
    assert [said in text for text in errors(response)] == [True], errors(response)
    assert Synonym.objects.filter(agency=own.agency).count() == 1


def test_what_is_typed_in_haste_may_stand_for_a_usual_word_one_way(client, officer, agency):
    client.force_login(officer)
    assert (
        client.post(reverse("synonyms:add"), {"short": "khg", "long": "không"}).status_code == 302
    )
    assert not Synonym.objects.get(short="khg").both_ways


def test_an_ambiguous_abbreviation_is_taken_with_a_warning_that_says_how_it_is_resolved(
    client, officer, agency
):
    client.force_login(officer)
    html = client.post(
        reverse("synonyms:add"),
        {"short": "TT", "long": "tổ trưởng", "both_ways": "on"},
        follow=True,
    ).content.decode()
    assert "“TT” còn các nghĩa khác: thông tư, trung tâm, thủ tục." in html
    assert "nghĩa của cơ quan bạn (tổ trưởng) được chọn" in html
    assert Synonym.objects.filter(agency=agency, short="TT").exists()


def test_an_agency_may_say_which_meaning_of_everybodys_is_its_own(client, officer, agency):
    client.force_login(officer)
    assert send(client, "synonyms:add", short="TT", long="trung tâm").status_code == 302
    weights = {
        " ".join(t.marked for t in e.terms): e.weight
        for e in api.synonyms(agency.pk).expand(parse_question("tt"))
    }
    assert weights["trung tâm"] == 1.0
    assert weights["thông tư"] < 0.2


def test_the_form_can_be_filled_in_by_the_address(client, officer):
    client.force_login(officer)
    long = "giấy khai sinh bị rách làm lại ở đâu cần những giấy tờ gì hết bao lâu"
    form = client.get(reverse("synonyms:add"), {"short": long, "agency": "9" * 30}).context["form"]
    assert form["short"].value() == "giấy khai sinh bị rách làm lại ở đâu cần những giấy tờ gì"


def test_trying_a_question_says_how_it_is_understood(client, officer, own, foreign):
    client.force_login(officer)
    html = client.get(reverse("synonyms:try"), {"q": "TT hành chính tctđb ZKN"}).content.decode()
    lines = client.get(reverse("synonyms:try"), {"q": "TT hành chính tctđb ZKN"}).context["lines"]
    assert [(line["words"], line["fully"], line["by_context"]) for line in lines] == [
        ("TT", ["thủ tục"], True),
        ("tctđb", ["tổ công tác đặc biệt"], False),
    ]
    assert "thông tư, trung tâm" in html
    shared = client.get(reverse("synonyms:try"), {"q": "tctđb", "agency": ""}).context["lines"]
    assert shared == []
    assert (
        client.get(reverse("synonyms:try"), {"q": "zkn", "agency": foreign.agency_id}).context[
            "lines"
        ]
        == []
    )


def test_a_change_counts_in_another_process_from_its_next_question_on(agency):
    """Another process that has already read the table sees each change, also of a row that was
    neither first nor last."""
    for number in range(3):
        Synonym.objects.create(agency=agency, short=f"PQ{number}", long=f"phòng quản {number}")
    api.synonyms(agency.pk)
    known = api._synonyms[agency.pk]
    row = Synonym.objects.get(agency=agency, short="PQ1")
    Synonym.objects.filter(pk=row.pk).update(changed_at=row.changed_at)
    row.short = "PQX"
    row.save()
    # Committed later than it was written
    Synonym.objects.filter(pk=row.pk).update(changed_at=row.changed_at.replace(year=2020))
    assert api._synonyms[agency.pk] is known
    assert [e.covers for e in api.synonyms(agency.pk).expand(parse_question("pqx"))] == [("pqx",)]


def test_the_list_asks_the_database_as_often_for_many_rows_as_for_few(
    client, officer, agency, django_assert_num_queries
):
    client.force_login(officer)
    client.get(reverse("synonyms:index"))
    for name in ("synonyms:index", "synonyms:history"):
        Synonym.objects.create(agency=agency, short=f"P{name[-3:]}", long="phòng")
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(name))
        for number in range(12):
            row = Synonym.objects.create(agency=agency, short=f"P{name[-3:]}{number}", long="phòng")
            row.long = "phòng mới"
            row.save()
        with django_assert_num_queries(len(few)):
            client.get(reverse(name))


ODD = (
    "q=%22",
    "q=%00",
    "q=\\",
    "whose=%27",
    "p=abc",
    "ordering=-x",
    "ordering=%22",
    "agency=%FF",
    "short=%22%00",
    "q=" + "9" * 3000,
)


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_breaks_a_page(client, officer, name):
    client.force_login(officer)
    answers = {query: client.get(f"{reverse(name)}?{query}").status_code for query in ODD}
    assert {query: code for query, code in answers.items() if code not in (200, 400, 404)} == {}


def test_empty_tables_say_what_they_will_show(client, officer, db):
    Synonym.objects.all().delete()
    client.force_login(officer)
    html = client.get(reverse("synonyms:index")).content.decode()
    assert "Chưa có từ nào." in html
    assert f'href="{reverse("synonyms:add")}"' in html


def test_a_row_that_was_deleted_meanwhile_does_not_come_back(officer, own):
    seen = Synonym.objects.get(pk=own.pk)
    lifecycle.delete_synonym(own, by=officer)
    with pytest.raises(Refused, match="vừa bị xóa"):
        lifecycle.save_synonym(seen, by=officer)
    assert not Synonym.objects.filter(pk=seen.pk).exists()
