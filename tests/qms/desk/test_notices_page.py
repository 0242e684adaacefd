"""The list of notices: each person's own, read one by one or all at once."""

import pytest
from django.urls import reverse

from qms.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(rain, reader, officer):
    rain([reader, officer], key="1", url="/a/", facts={"place": "Huế", "day": "nay"})
    rain([reader], key="2", url="//evil.example/", facts={"place": "<b>Đà Nẵng</b>", "day": "nay"})
    return {one.key: one for one in Notice.objects.filter(person=reader)}


def shown(client, user, query=""):
    client.force_login(user)
    return client.get(reverse("my_notices") + query).content.decode()


def test_notices_are_their_persons_own(client, told, reader, officer, stranger):
    assert "Mưa ở Huế" in shown(client, reader) and "&lt;b&gt;Đà Nẵng" in shown(client, reader)
    assert "Đà Nẵng" not in shown(client, officer)
    assert "Chưa có thông báo nào" in shown(client, stranger)
    client.force_login(stranger)
    assert client.post(reverse("read_notice", args=[told["1"].pk])).status_code == 404
    client.post(reverse("read_notices"), {"upto": told["2"].pk})
    assert Notice.objects.unread().count() == 3


def test_opening_a_notice_leads_to_it_and_reads_it(client, told, reader):
    client.force_login(reader)
    answer = client.post(reverse("read_notice", args=[told["1"].pk]))
    assert answer.url == "/a/"
    assert list(Notice.objects.filter(person=reader).unread()) == [told["2"]]
    assert "Huế" not in shown(client, reader, "?loc=chua-doc")
    assert "Huế" in shown(client, reader)


def test_a_notice_leads_nowhere_outside_this_site(client, told, reader):
    client.force_login(reader)
    answer = client.post(reverse("read_notice", args=[told["2"].pk]))
    assert answer.url == reverse("my_notices")


def test_reading_all_leaves_what_came_since_the_page_was_shown(client, told, rain, reader):
    html = shown(client, reader)
    assert f'name="upto" value="{told["2"].pk}"' in html
    rain([reader], key="3")
    client.post(reverse("read_notices"), {"upto": told["2"].pk})
    assert [one.key for one in Notice.objects.filter(person=reader).unread()] == ["3"]


def test_odd_numbers_are_refused(client, reader):
    client.force_login(reader)
    for upto in ("", "x", "-1", "9" * 30, "²"):
        assert client.post(reverse("read_notices"), {"upto": upto}).status_code == 404
    assert "thông báo" in shown(client, reader, "?page=%C2%B2")


def test_many_notices_are_paged_by_a_constant_number_of_queries(
    client, rain, reader, django_assert_num_queries
):
    rain([reader], key="0")
    client.force_login(reader)
    client.get(reverse("my_notices"))
    with django_assert_num_queries(10):
        client.get(reverse("my_notices"))
    for number in range(1, 120):
        rain([reader], key=str(number))
    with django_assert_num_queries(10):
        html = client.get(reverse("my_notices")).content.decode()
    assert html.count('class="unread"') == 50 and "Trang 1 / 3" in html


def test_getting_an_address_that_acts_does_nothing(client, told, reader):
    client.force_login(reader)
    for address in (reverse("read_notices"), reverse("read_notice", args=[told["1"].pk])):
        assert client.get(address).url == reverse("my_notices")
