"""The mail of saved searches: what is new, to whom, when, how often, in which language, and how to
unsubscribe."""

import datetime

import pytest
from django.utils import timezone, translation

from procedures import lifecycle as documents
from qms import access, rules
from qms.clock import today
from qms.errors import Refused
from qms.models import DueWork, Mail
from qms.work import due
from search.engines.interface import Unavailable
from search.models import SavedSearch
from search.page.params import SearchParams
from search.queue import pending
from search.saved import lifecycle, news
from search.saved.rules import MOST_FOLLOWED, MOST_MAILED
from tests.issuing import issue as issue_now

DAY = datetime.timedelta(days=1)
MORNING = datetime.datetime.combine(
    today(), datetime.time(8, 0), tzinfo=timezone.get_default_timezone()
)


@pytest.fixture(autouse=True)
def reachable(settings, reader):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = (
        "qms.work.mail.StoringBackend",
        "mail.example.test",
    )
    reader.email = reader.confirmed_email = "doc@example.test"
    reader.save()


@pytest.fixture
def make(make_document):
    def issued(agency, title, **fields):
        page = make_document(
            agency, title=title, **{"issued": "2026-01-05", "code": f"QT-{title[-6:]}", **fields}
        )
        pending.flush()
        return page

    return issued


@pytest.fixture
def kept(agency, reader, make, product):
    """A search with mails, saved when one document matched it."""
    make(agency, "Đăng ký khai sinh cũ")
    return lifecycle.save(SearchParams.of("q=khai+sinh"), name="Khai sinh", mails=True, by=reader)


def morning(days=0):
    """The background process runs on a morning, so many days later."""
    news.plan_today(MORNING + days * DAY)
    due.run_due(MORNING + days * DAY + datetime.timedelta(minutes=1))
    return list(Mail.objects.order_by("pk"))


def test_what_is_new_is_mailed_once_with_its_address(agency, reader, make, kept):
    assert morning() == []  # existing documents are not news
    page = make(agency, "Đăng ký khai sinh mới", code="QT-09")
    make(agency, "Chứng thực chữ ký")
    mail = morning(1)[0]
    assert (mail.to, mail.person, mail.subject) == (
        "doc@example.test",
        reader,
        "Tìm kiếm đã lưu: 1 kết quả mới",
    )
    assert "QT-09 Đăng ký khai sinh mới (Sở Tư pháp), hiệu lực từ 05/01/2026" in mail.body
    assert f"http://127.0.0.1:8000/d/{page.pk}/" in mail.body
    assert "http://127.0.0.1:8000/tim-kiem/?q=khai+sinh\n" in mail.body
    assert "cũ" not in mail.body and "Chứng thực" not in mail.body
    assert len(morning(2)) == 1


def test_a_further_version_is_news_and_a_rebuilt_index_is_not(agency, make, kept):
    page = make(agency, "Đăng ký khai sinh lại")
    assert len(morning(1)) == 1
    pending.rebuild()
    assert len(morning(2)) == 1
    documents.revise_draft(page, by=None, title="Đăng ký khai sinh lại")
    issue_now(page, issued_on=today(), by=None)
    pending.flush()
    assert len(morning(3)) == 2


def test_all_searches_of_a_person_come_in_one_mail(agency, reader, make, kept):
    lifecycle.save(SearchParams.of("q=ket+hon"), name="Kết hôn", mails=True, by=reader)
    lifecycle.save(SearchParams.of("q=khai+tu"), name="Khai tử", mails=False, by=reader)
    for title in ("Đăng ký khai sinh hai", "Đăng ký kết hôn", "Đăng ký khai tử"):
        make(agency, title)
    (mail,) = morning(1)
    assert mail.subject == "Tìm kiếm đã lưu: 2 kết quả mới"
    assert mail.body.index("\nKhai sinh\n") < mail.body.index("\nKết hôn\n")
    assert "khai tử" not in mail.body


def test_a_long_list_is_cut(agency, make_document, make, kept):
    for number in range(news.SHOWN + 3):
        make_document(
            agency, title=f"Đăng ký khai sinh {number}", code=f"QT-{number}", issued="2026-01-05"
        )
    make(agency, "Đăng ký khai sinh nữa")
    (mail,) = morning(1)
    assert (mail.body.count("\n- "), "và 4 kết quả mới khác." in mail.body) == (news.SHOWN, True)


# --- when


def test_mails_are_planned_from_seven_in_the_morning_and_once_a_day(make, kept):
    night = MORNING.replace(hour=6, minute=59)
    assert news.plan_today(night) == 0
    assert news.plan_today(MORNING) == 1
    assert news.plan_today(MORNING + datetime.timedelta(hours=9)) == 0
    assert news.plan_today(MORNING + DAY) == 1
    due.run_due(MORNING + DAY + datetime.timedelta(hours=1))
    assert news.plan_today(MORNING + DAY + datetime.timedelta(hours=2)) == 0


def test_a_pause_of_days_is_caught_up_in_one_mail(agency, make, kept):
    make(agency, "Đăng ký khai sinh một")
    make(agency, "Đăng ký khai sinh hai")
    assert [mail.subject for mail in morning(9)] == ["Tìm kiếm đã lưu: 2 kết quả mới"]


def test_while_the_index_is_away_nothing_is_lost_and_nothing_is_told_twice(
    agency, make, kept, settings
):
    make(agency, "Đăng ký khai sinh mới")
    news.plan_today(MORNING + DAY)
    where, settings.QMS_INDEX = settings.QMS_INDEX, settings.QMS_DATA / "nowhere"
    if settings.ELASTICSEARCH_URL:
        pytest.skip("of the embedded engine; the server's absence has tests of its own")
    due.run_due(MORNING + DAY)
    assert not Mail.objects.exists()
    assert DueWork.objects.get(kind=news.WORK).tries == 1
    with pytest.raises(Unavailable):
        news.current_results(kept, frozenset({"public"}))
    settings.QMS_INDEX = where
    due.run_due(MORNING + DAY + datetime.timedelta(minutes=2))
    assert Mail.objects.count() == 1
    assert len(morning(2)) == 1


def test_the_table_of_due_work_forgets_mails_of_long_ago(kept):
    morning()
    morning(1)
    DueWork.objects.update(done_at=MORNING - 40 * DAY)
    morning(2)
    assert DueWork.objects.filter(kind=news.WORK).count() == 1


# --- to whom, of what


def test_only_what_the_person_may_see_at_that_moment(agency, other_agency, reader, make, kept):
    make(other_agency, "Đăng ký khai sinh mật", visibility="agency")
    make(agency, "Đăng ký khai sinh nội bộ", visibility="agency")
    (mail,) = morning(1)
    assert "nội bộ" in mail.body and "mật" not in mail.body


@pytest.mark.parametrize("loss", ["deactivated", "no post", "no address", "mails off", "no server"])
def test_who_lost_access_or_wants_none_gets_nothing(agency, reader, make, kept, settings, loss):
    make(agency, "Đăng ký khai sinh mới")
    match loss:
        case "deactivated":
            type(reader).objects.filter(pk=reader.pk).update(is_active=False)
        case "no post":
            reader.appointments.update(ends_on=today() - DAY)
        case "no address":
            type(reader).objects.filter(pk=reader.pk).update(email="")
        case "mails off":
            lifecycle.change(kept, name="Khai sinh", mails=False, by=reader)
        case "no server":
            settings.EMAIL_HOST = ""
    news.check_person({"person": reader.pk})
    assert morning(1) == []


def test_what_came_while_the_person_could_not_be_reached_is_told_later(
    agency, reader, make, kept, settings
):
    settings.EMAIL_HOST = ""
    make(agency, "Đăng ký khai sinh mới")
    assert morning(1) == []
    settings.EMAIL_HOST = "mail.example.test"
    assert len(morning(2)) == 1


def test_only_what_is_in_force_and_drafts_where_asked_for(
    agency, officer, make, make_document, kept
):
    officer.email = officer.confirmed_email = "thuky@example.test"
    officer.save()
    lifecycle.save(SearchParams.of("q=khai+sinh"), name="Đang dùng", mails=True, by=officer)
    make(
        agency,
        "Đăng ký khai sinh sau này",
        issued=today().isoformat(),
        effective=(today() + 5 * DAY).isoformat(),
    )
    make_document(agency, officer, title="Đăng ký khai sinh thảo", code="QT-77")
    pending.flush()
    assert morning(1) == []
    for query in (
        "q=khai+sinh&group=draft",
        "q=khai+sinh&state=draft",
        "q=khai+sinh&state=draft&state=issued",
    ):
        saved = SavedSearch.objects.create(
            person=officer, name=query, query=query, mails=True, looked_at=MORNING
        )
        assert "Đăng ký khai sinh thảo" in [
            hit.title for hit in news.take_new_results(saved, access.tokens_for(officer))
        ], query
    assert news.news_question(saved).chosen["state"] == ("draft", "issued")


def test_a_saved_day_and_earlier_versions_do_not_count_for_mails(kept):
    kept.query = "q=khai+sinh&cu=1"
    assert not news.news_question(kept).old
    kept.query = "q=khai+sinh&ngay=2020-01-01"
    assert news.news_question(kept).day is None


def test_words_that_only_a_correction_answers_are_no_news(agency, reader, make, kept):
    kept.query = "q=khai+sinhh+khaii"
    kept.query = "q=khaii"
    assert news.current_results(kept, access.tokens_for(reader)) == []


# --- turning on and off


def test_mails_switched_on_again_start_from_that_day(agency, reader, make, kept):
    lifecycle.change(kept, name="Khai sinh", mails=False, by=reader)
    make(agency, "Đăng ký khai sinh giữa chừng")
    lifecycle.change(SavedSearch.objects.get(), name="Khai sinh", mails=True, by=reader)
    assert morning(1) == []


def test_a_search_with_too_many_results_is_not_mailed_and_says_so(
    agency, reader, make, kept, monkeypatch
):
    monkeypatch.setattr(news, "MOST_FOLLOWED", 0)
    with pytest.raises(Refused, match="Tìm kiếm này có 1 kết quả"):
        lifecycle.save(SearchParams.of("q=khai+sinh"), name="Rộng", mails=True, by=reader)
    lifecycle.save(SearchParams.of("q=khai+sinh"), name="Rộng", mails=False, by=reader)
    assert MOST_FOLLOWED == 500


def test_so_many_are_mailed_at_most(client, reader, make, kept):
    SavedSearch.objects.bulk_create(
        SavedSearch(person=reader, name=f"Số {n}", query=f"q={n}", mails=True)
        for n in range(MOST_MAILED - 1)
    )
    saved = lifecycle.save(SearchParams.of("q=a"), name="Thêm", mails=False, by=reader)
    client.force_login(reader)
    page = client.post(
        f"/tim-kiem/da-luu/{saved.pk}/thu/", {"mails": "1"}, follow=True
    ).content.decode()
    assert "Bạn đang nhận thư của 10 tìm kiếm" in page
    saved.refresh_from_db()
    assert not saved.mails


def test_mails_are_switched_in_the_list(client, reader, kept):
    client.force_login(reader)
    client.post(f"/tim-kiem/da-luu/{kept.pk}/thu/", {"mails": "0"})
    assert not SavedSearch.objects.get().mails
    client.post(f"/tim-kiem/da-luu/{kept.pk}/thu/", {"mails": "1"})
    saved = SavedSearch.objects.get()
    assert saved.mails and saved.looked_at


def test_the_link_in_the_mail_stops_all_after_a_question(client, agency, reader, make, kept):
    make(agency, "Đăng ký khai sinh mới")
    (mail,) = morning(1)
    link = next(line for line in mail.body.splitlines() if "/dung-thu/" in line).removeprefix(
        "http://127.0.0.1:8000"
    )
    page = client.get(link).content.decode()
    assert "Dừng thư về tìm kiếm đã lưu?" in page
    # Whoever else opens the mail learns no more
    assert "Khai sinh" not in page and reader.first_name not in page
    assert SavedSearch.objects.get().mails  # mail programs open links too
    assert "Đã dừng thư" in client.post(link).content.decode()
    assert not SavedSearch.objects.get().mails
    assert (
        client.get(link[:-8] + "forgery/").status_code
        == client.post("/tim-kiem/da-luu/dung-thu/x/").status_code
        == 404
    )


# --- language, privacy


def test_the_mail_speaks_the_language_in_which_the_search_was_saved(agency, reader, make, kept):
    with translation.override("en"):
        lifecycle.change(kept, name="Khai sinh", mails=True, by=reader)
    make(agency, "Đăng ký khai sinh mới")
    (mail,) = morning(1)
    assert mail.subject == "Saved searches: 1 new result"
    assert "in force from 05/01/2026" in mail.body and "Stop all these mails:" in mail.body


def test_no_administrator_reads_the_mail(client, agency, reader, make, kept, appoint, system_admin):
    make(agency, "Đăng ký khai sinh mới")
    (mail,) = morning(1)
    assert mail.private
    admin = appoint("admin", "agency_admin", agency)
    for person in (admin, system_admin):
        assert mail not in rules.mails_of(person)
        client.force_login(person)
        assert client.get(f"/admin/mails/read/{mail.pk}/").status_code in {302, 404}
