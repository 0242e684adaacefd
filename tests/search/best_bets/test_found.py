"""Where best bets stand among the results, and that they lead nobody to what they may not see."""

from django.urls import reverse

from procedures import lifecycle as documents
from qms.clock import today
from search.models import BestBet
from search.queue import pending
from search.tables import lifecycle
from tests.issuing import issue as issue_now
from tests.search.best_bets.conftest import origin, titles


def test_a_new_version_takes_the_place_of_the_one_before(officer, agency, world):
    page = world["public"]
    lifecycle.save_best_bet(
        BestBet(agency=agency, text="giấy tờ em bé", origin=origin(page), place=0), by=officer
    )
    documents.revise_draft(page.specific, by=None, title="Đăng ký khai sinh mới")
    issue_now(page.specific, issued_on=today(), by=None)
    pending.flush()
    assert titles("giay to em be", officer, agency)[:1] == ["Đăng ký khai sinh mới"]
    assert BestBet.objects.get().origin == origin(page)


def test_a_best_bet_reaches_nobody_who_may_not_see_its_document(
    officer, reader, stranger, agency, other_agency, world
):
    lifecycle.save_best_bet(
        BestBet(agency=agency, text="nghỉ ốm", origin=origin(world["inside"]), place=0), by=officer
    )
    assert titles("nghi om", reader, agency) == ["Đăng ký nghỉ phép"]
    for person, own in ((stranger, other_agency), (stranger, agency), (None, agency), (None, None)):
        assert titles("nghi om", person, own) == []


def test_a_document_out_of_sight_is_flagged_and_no_longer_on_top(
    client, officer, stranger, agency, world
):
    for text, name in (("zumoqa", "city"), ("zuhaqi", "inside"), ("zubaqo", "public")):
        lifecycle.save_best_bet(
            BestBet(agency=agency, text=text, origin=origin(world[name]), place=0), by=officer
        )
    documents.withdraw(world["inside"].versions.get(), reason="bãi bỏ", by=officer)
    page = world["city"]
    documents.strike_out(page.versions.get(), reason="ghi nhầm", by=stranger)
    pending.flush()
    assert titles("zuhaqi", officer, agency) == []
    assert titles("zumoqa", officer, agency) == []
    assert titles("zubaqo", officer, agency)[:1] == ["Đăng ký khai sinh"]
    client.force_login(officer)
    html = client.get(reverse("best_bets:index")).content.decode()
    assert "Đăng ký nghỉ phép" in html
    assert "Hết hiệu lực" in html
    assert "Không còn, hoặc không mở cho người tìm" in html
    assert "Đăng ký lịch họp" not in html
    assert f"mục số {page.pk}" in html


def test_a_document_that_is_closed_to_others_is_named_to_them_by_its_number_alone(
    client, stranger, other_agency, agency, officer, world
):
    lifecycle.save_best_bet(
        BestBet(agency=other_agency, text="mở đầu", origin=origin(world["public"]), place=0),
        by=stranger,
    )
    page = world["public"]
    documents.revise_draft(
        page.specific, by=officer, title="Đăng ký zzsecretnew", visibility="agency"
    )
    issue_now(page.specific, issued_on=today(), by=officer)
    pending.flush()
    client.force_login(stranger)
    for name in ("best_bets:index", "best_bets:history"):
        assert "zzsecretnew" not in client.get(reverse(name)).content.decode()
    row = BestBet.objects.get()
    assert (
        "zzsecretnew" not in client.get(reverse("best_bets:edit", args=[row.pk])).content.decode()
    )
    assert "zzsecretnew" not in "".join(titles("mo dau", stranger, other_agency))


def test_the_own_agencys_come_before_everybodys_on_either_database(
    officer, system_admin, agency, world
):
    lifecycle.save_best_bet(
        BestBet(text="chung", origin=origin(world["public"]), place=0), by=system_admin
    )
    lifecycle.save_best_bet(
        BestBet(agency=agency, text="chung", origin=origin(world["inside"]), place=0), by=officer
    )
    assert titles("chung", officer, agency)[:2] == ["Đăng ký nghỉ phép", "Đăng ký khai sinh"]
