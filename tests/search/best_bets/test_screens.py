"""The screens of best bets: who opens them, which documents they offer and accept."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.errors import Refused
from search import api
from search.models import BestBet
from search.queue import pending
from search.tables import best_bets, lifecycle
from tests.search.best_bets.conftest import origin, titles

NAMES = ("best_bets:index", "best_bets:add", "best_bets:history", "best_bets:offer")

DAY = datetime.timedelta(days=1)


def send(client, name, *args, **fields):
    return client.post(reverse(name, args=args), fields)


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


def test_an_officer_offers_what_the_agencys_people_may_read_and_nothing_else(
    client, officer, world
):
    client.force_login(officer)
    html = client.get(reverse("best_bets:offer"), {"find": "đăng ký"}).content.decode()
    assert [name for name, page in world.items() if f'value="{origin(page)}"' in html] == [
        "public",
        "city",
        "inside",
    ]
    assert "zzsecret" not in html
    assert "draft:" not in html


def test_a_system_administrator_offers_what_everybody_may_read(client, system_admin, world):
    client.force_login(system_admin)
    html = client.get(reverse("best_bets:offer"), {"find": "đăng ký"}).content.decode()
    assert [name for name, page in world.items() if f'value="{origin(page)}"' in html] == ["public"]


def test_looking_works_without_scripts_and_keeps_what_was_typed(client, officer, world):
    client.force_login(officer)
    response = send(client, "best_bets:add", text="nghỉ ốm", find="nghi phep", look="1", place="2")
    form = response.context["form"]
    assert [c.code for c in form.offer.choices] == ["QT-03"]
    assert (form["text"].value(), form["find"].value(), form["place"].value()) == (
        "nghỉ ốm",
        "nghi phep",
        "2",
    )
    assert not BestBet.objects.exists()


def test_a_document_is_named_by_choice_or_by_its_code(client, officer, agency, world):
    client.force_login(officer)
    assert (
        send(client, "best_bets:add", text="Nghỉ ốm", origin=origin(world["inside"])).status_code
        == 302
    )
    assert send(client, "best_bets:add", text="Giấy tờ em bé", find="qt 01").status_code == 302
    rows = {row.text: row for row in BestBet.objects.all()}
    assert {text: (row.origin, row.agency, row.words) for text, row in rows.items()} == {
        "Nghỉ ốm": (origin(world["inside"]), agency, "nghi om"),
        "Giấy tờ em bé": (origin(world["public"]), agency, "giay to em be"),
    }
    assert titles("nghi om", officer, agency)[:1] == ["Đăng ký nghỉ phép"]
    assert titles("giay to em be", officer, agency)[:1] == ["Đăng ký khai sinh"]


@pytest.mark.parametrize("name", ["foreign", "foreign draft", "draft"])
@pytest.mark.parametrize("kind", ["document", "draft"])
def test_what_the_agencys_people_may_not_read_is_refused_and_not_told(
    client, officer, world, name, kind
):
    client.force_login(officer)
    response = send(
        client,
        "best_bets:add",
        text="bí mật",
        origin=origin(world[name], kind),
        find=world[name].code,
    )
    assert response.status_code == 200
    assert "Hãy chọn tài liệu đang có hiệu lực mà người tìm được xem." in errors(response)
    assert "zzsecret" not in response.content.decode()
    assert not BestBet.objects.exists()


NEVER_MET = [
    ({"text": "", "find": "QT-01"}, "bắt buộc"),
    ({"text": "?!", "find": "QT-01"}, "chỉ có dấu câu"),
    ({"text": "nghỉ ốm"}, "Hãy gõ mã hiệu"),
    ({"text": "nghỉ ốm", "find": "đăng ký"}, "Hãy chọn một tài liệu."),
    ({"text": "nghỉ ốm", "find": "QT-01", "place": "9"}, "5"),
    ({"text": "nghỉ ốm", "find": "QT-01", "place": "x"}, "số"),
    ({"text": "nghỉ ốm", "origin": "document:abc"}, "Hãy chọn tài liệu"),
    ({"text": "nghỉ ốm", "origin": "' OR 1=1"}, "Hãy chọn tài liệu"),
    ({"text": "n" * 201, "find": "QT-01"}, "200"),
]


def test_what_would_never_be_met_is_refused_with_the_reason(client, officer, world):
    client.force_login(officer)
    for fields, said in NEVER_MET:
        response = send(client, "best_bets:add", **fields)
        assert response.status_code == 200
        assert any(said in text for text in errors(response)), (fields, errors(response))
    assert not BestBet.objects.exists()


def test_a_document_is_listed_once_for_a_question(client, officer, world):
    client.force_login(officer)
    send(client, "best_bets:add", text="Nghỉ ốm", find="QT-01")
    response = send(client, "best_bets:add", text="nghi om?", find="QT-01")
    assert errors(response) == ["Tài liệu này đã được ưu tiên cho câu hỏi ấy."]


def test_several_documents_for_a_question_stand_in_their_order(
    client, officer, agency, make_document, world
):
    client.force_login(officer)
    for number in range(7):
        make_document(
            agency, code=f"HD-1{number}", title=f"Hướng dẫn số {number}", issued="2026-01-05"
        )
    pending.flush()
    for code in ("QT-01", "QT-02", "QT-03"):
        send(client, "best_bets:add", text="bắt đầu", find=code)

    def order():
        return [
            (row.place, best_bets.targets_of([row])[row.pk].code)
            for row in BestBet.objects.order_by("place")
        ]

    assert order() == [(1, "QT-01"), (2, "QT-02"), (3, "QT-03")]
    last = BestBet.objects.get(place=3)
    send(client, "best_bets:edit", last.pk, text="bắt đầu", origin=last.origin, place="1")
    assert order() == [(1, "QT-03"), (2, "QT-01"), (3, "QT-02")]
    assert titles("bat dau", officer, agency)[:3] == [
        "Đăng ký nghỉ phép",
        "Đăng ký khai sinh",
        "Đăng ký lịch họp",
    ]
    client.post(reverse("best_bets:remove", args=[BestBet.objects.get(place=2).pk]))
    assert order() == [(1, "QT-03"), (2, "QT-02")]
    for code in ("HD-10", "HD-11", "HD-12"):
        assert send(client, "best_bets:add", text="bắt đầu", find=code).status_code == 302
    assert errors(send(client, "best_bets:add", text="bắt đầu", find="HD-13")) == [
        "Câu hỏi này đã có 5 kết quả ưu tiên. Hãy xóa bớt trước khi thêm."
    ]
    moved = BestBet.objects.get(place=1)
    send(client, "best_bets:edit", moved.pk, text="khởi đầu", origin=moved.origin, place="1")
    assert list(
        BestBet.objects.filter(words="bat dau").order_by("place").values_list("place", flat=True)
    ) == [1, 2, 3, 4]


def test_rows_of_others_are_neither_changed_nor_deleted_nor_told(
    client, officer, stranger, system_admin, other_agency, world
):
    foreign = lifecycle.save_best_bet(
        BestBet(agency=other_agency, text="zzquestion", origin=origin(world["city"]), place=0),
        by=stranger,
    )
    shared = lifecycle.save_best_bet(
        BestBet(text="chung cả", origin=origin(world["public"]), place=0), by=system_admin
    )
    client.force_login(officer)
    html = client.get(reverse("best_bets:index")).content.decode()
    assert "chung cả" in html
    assert "zzquestion" not in html
    for row in (foreign, shared):
        for name in ("best_bets:edit", "best_bets:remove", "best_bets:acts"):
            for answer in (
                client.get(reverse(name, args=[row.pk])),
                send(client, name, row.pk, text="x y", find="QT-01"),
            ):
                assert answer.status_code in (404, 405)
        with pytest.raises(Refused):
            lifecycle.delete_best_bet(row, by=officer)
        with pytest.raises(Refused):
            lifecycle.save_best_bet(row, by=officer)
    assert BestBet.objects.count() == 2
    assert titles("chung ca")[:1] == ["Đăng ký khai sinh"]


def test_history_tells_who_put_what_where_and_what_is_gone(client, officer, agency, world):
    client.force_login(officer)
    send(client, "best_bets:add", text="nghỉ ốm", find="QT-03")
    row = BestBet.objects.get()
    send(
        client, "best_bets:edit", row.pk, text="nghỉ ốm", origin=origin(world["public"]), place="1"
    )
    client.post(reverse("best_bets:remove", args=[row.pk]))
    html = client.get(reverse("best_bets:history")).content.decode()
    assert "QT-03 – Đăng ký nghỉ phép → QT-01 – Đăng ký khai sinh" in html
    assert "Xóa: nghỉ ốm" in html
    assert officer.first_name in html


def test_the_form_can_be_filled_in_by_the_address(client, officer, world):
    client.force_login(officer)
    response = client.get(reverse("best_bets:add"), {"text": "khai sinh"})
    assert response.context["form"]["text"].value() == "khai sinh"
    assert [c.code for c in response.context["choices"]][:1] == ["QT-01"]


def test_the_list_asks_the_database_as_often_for_many_rows_as_for_few(
    client, officer, agency, world, django_assert_num_queries
):
    client.force_login(officer)

    def add(number):
        lifecycle.save_best_bet(
            BestBet(agency=agency, text=f"câu {number}", origin=origin(world["public"]), place=0),
            by=officer,
        )

    add(0)
    for name in ("best_bets:index", "best_bets:history"):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(name))
        for number in range(1, 9):
            add(f"{name[-4:]} {number}")
        with django_assert_num_queries(len(few)):
            client.get(reverse(name))


ODD = ("q=%22", "q=%00", "whose=%27", "p=abc", "agency=%FF", "text=%22", "find=%00%22", "find=%22&origin=%27", "origin=document:" + "9" * 40,
       "agency=" + "9" * 30, "find=" + "x" * 3000)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_breaks_a_page(client, officer, world, name):
    client.force_login(officer)
    answers = {query: client.get(f"{reverse(name)}?{query}").status_code for query in ODD}
    assert {query: code for query, code in answers.items() if code not in (200, 400, 404)} == {}


def test_an_empty_table_says_what_it_will_show(client, officer):
    client.force_login(officer)
    html = client.get(reverse("best_bets:index")).content.decode()
    assert "Chưa có kết quả ưu tiên nào." in html
    assert f'href="{reverse("search_missed")}"' in html


def test_a_search_that_fails_is_said_to_have_failed(client, world, officer, monkeypatch):
    def fall(*_args, **_named):
        raise OSError("disk")

    client.force_login(officer)
    monkeypatch.setattr(api, "_answer", fall)
    page = client.get(reverse("best_bets:offer"), {"find": "khai sinh"}).content.decode()
    assert str(api.failure()) in page
    assert "Không tìm thấy tài liệu nào" not in page


def test_a_row_that_was_deleted_meanwhile_does_not_come_back(world, agency, officer):
    row = BestBet(agency=agency, text="lịch họp", origin=f"document:{world['public'].pk}")
    lifecycle.save_best_bet(row, by=officer)
    seen = BestBet.objects.get(pk=row.pk)
    lifecycle.delete_best_bet(row, by=officer)
    with pytest.raises(Refused, match="vừa bị xóa"):
        lifecycle.save_best_bet(seen, by=officer)
    assert not BestBet.objects.exists()
