"""My work: a person's tasks, counted by one query in the header of each page; sent items."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms import frame, notices
from qms.models import Notice, Unit
from qms.notices import kinds

pytestmark = pytest.mark.django_db


def page(client, user, name="my_work", query=""):
    client.force_login(user)
    answer = client.get(reverse(name) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def badge(html):
    found = re.search(r'class="badge">([^<]+)<', html)
    return found[1] if found else ""


@pytest.fixture
def told(db):
    """told(person, how many): unread notices."""
    notices.register_group("tests", "Thử")
    notices.register_kind("test", "Việc thử số %(number)s", "tests")

    def tell(person, count=1):
        for number in range(count):
            notices.tell([person], "test", key=f"{number}", url="/a/", facts={"number": number})

    yield tell
    kinds.forget("test")
    kinds._GROUPS.pop("tests")


@pytest.fixture
def chores(agency):
    """A source whose tasks are the units of the agency, for its officers; with sent items."""

    def rows(user):
        mine = {body.pk for body in _agencies(user)}
        return Unit.objects.filter(agency__in=mine) if mine else None

    def tasks(user, most=20):
        found = rows(user)
        for one in found.order_by("pk")[:most] if found is not None else ():
            yield frame.Task(f"Việc ở {one.name}", f"/don-vi/{one.pk}/", "hạn 01/02/2026", True)

    source = frame.TaskSource(
        "chores", "Việc vặt", tasks, order=5, waiting=rows, every=lambda user: tasks(user, 1000),
        sent=lambda user: [frame.Task("Tờ trình 7", "/to-trinh/7/", "đang ở Sở Nội vụ")],
    )  # fmt: skip
    frame.add(source)
    yield source
    frame.remove(source)


def _agencies(user):
    from qms import access

    return access.home_agencies(user)


def units(agency, count):
    Unit.objects.bulk_create(Unit(agency=agency, name=f"Phòng {n:03}") for n in range(count))


def test_it_opens_for_every_role_and_asks_strangers_to_sign_in(
    client, officer, author, reader, overseer, system_admin, django_user_model
):
    nobody = django_user_model.objects.create(username="khong.vai.tro")
    for user in (officer, author, reader, overseer, system_admin, nobody):
        assert "Việc của tôi" in page(client, user)
        assert "Không có việc nào đang chờ bạn" in page(client, user)
    client.logout()
    for name in ("my_work", "my_sent", "my_bookmarks", "my_notices", "mail_settings"):
        assert client.get(reverse(name)).status_code == 302


def test_what_waits_is_listed_with_its_number_and_the_way_to_all_of_it(
    client, chores, agency, reader, stranger
):
    units(agency, 60)
    html = page(client, reader)
    assert re.search(r'Việc vặt\s+<span class="count">60<', html)
    assert html.count('class="entry"') == 8 and "?nguon=chores" in html
    full = page(client, reader, query="?nguon=chores&page=2")
    assert full.count('class="entry"') == 10 and "Trang 2 / 2" in full
    assert "Việc vặt" not in page(client, stranger)


def test_an_unregistered_source_is_not_an_error(client, reader):
    assert "Không có việc nào" in page(client, reader, query="?nguon=%3Cscript%3E&page=-1")


def test_the_head_of_each_page_counts_what_waits_and_is_unread(
    client, chores, told, agency, reader, stranger
):
    units(agency, 3)
    told(reader, 2)
    assert badge(page(client, reader)) == "5"
    assert badge(client.get("/").content.decode()) == "5"
    assert badge(page(client, stranger)) == ""
    units_and_notices = Notice.objects.filter(person=reader)
    units_and_notices.delete()
    assert badge(page(client, reader)) == "3"


def test_more_than_99_is_said_so(client, told, reader):
    told(reader, 100)
    assert badge(page(client, reader)) == "99+"


def test_the_count_is_one_query_whatever_waits(client, chores, told, agency, reader):
    def asked():
        client.force_login(reader)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("my_bookmarks"))
        return [q["sql"] for q in queries if "COUNT(DISTINCT" in q["sql"]]

    few = asked()
    units(agency, 30)
    told(reader, 30)
    assert len(few) == len(asked()) == 1


def test_500_things_that_wait_take_at_most_12_queries(client, chores, told, agency, officer):
    units(agency, 500)
    told(officer, 20)
    client.force_login(officer)
    client.get(reverse("my_work"))
    for query in ("", "?nguon=chores&page=3"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("my_work") + query).status_code == 200
        assert len(queries) <= 12, [q["sql"][:90] for q in queries]


def test_what_i_sent_says_where_it_is(client, chores, reader):
    html = page(client, reader, "my_sent")
    assert "Tờ trình 7" in html and "đang ở Sở Nội vụ" in html


def test_with_nothing_sent_the_page_says_what_will_be_here(client, reader):
    assert "đang giữ" in page(client, reader, "my_sent")
