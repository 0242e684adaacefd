"""Followed, pinned and recently seen subjects: private to one person, about what they may see."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from procedures.enums import Visibility
from procedures.reader import following
from qms import access
from qms.desk import agencies, bookmarks, subjects
from qms.models import Bookmark, Notice
from qms.work import due

pytestmark = pytest.mark.django_db
FOLLOWED, FAVOURITE, SEEN = Bookmark.Kind


@pytest.fixture
def paper(make_document, agency, officer):
    """A document for the agency's own people."""
    return make_document(
        agency,
        officer,
        title="Quy trình lưu trữ",
        issued="2026-01-05",
        visibility=Visibility.AGENCY,
    )


def press(client, user, subject, kind="followed", on="1", **more):
    client.force_login(user)
    return client.post(reverse("bookmark"), {"subject": subject, "kind": kind, "on": on, **more})


def held(user, kind=FOLLOWED):
    return list(Bookmark.objects.filter(person=user, kind=kind).values_list("subject", flat=True))


def test_the_buttons_of_a_document_follow_it_and_no_longer(client, paper, reader):
    address = reverse("document", args=[paper.pk])
    subject = following.subject(paper.pk)
    client.force_login(reader)
    assert "Đang theo dõi" not in client.get(address).content.decode()
    assert press(client, reader, subject, next=address).url == address
    press(client, reader, subject)
    assert held(reader) == [subject]
    assert "Đang theo dõi" in client.get(address).content.decode()
    press(client, reader, subject, on="0")
    assert held(reader) == []


def test_an_agency_is_kept_at_hand_from_its_page(client, agency, reader):
    client.force_login(reader)
    html = client.get(agency.get_absolute_url()).content.decode()
    assert f'value="agency:{agency.pk}"' in html
    press(client, reader, agencies.subject(agency.pk), kind="favourite")
    assert held(reader, FAVOURITE) == [f"agency:{agency.pk}"]
    html = client.get(reverse("my_bookmarks")).content.decode()
    assert agency.get_absolute_url() in html


def test_nobody_follows_what_they_may_not_see(client, paper, stranger):
    for subject in (
        following.subject(paper.pk), "document:999999", "person:1", "agency:", "document:1e3",
        "document:" + "9" * 40, "agency:²", "",
    ):  # fmt: skip
        assert press(client, stranger, subject).status_code == 404
    assert press(client, stranger, "agency:1", kind="seen").status_code == 404
    assert not Bookmark.objects.exists()


def test_the_buttons_need_a_person(client, paper):
    assert client.post(reverse("bookmark"), {"subject": "agency:1"}).status_code == 302
    assert "mark-button" not in client.get(reverse("agencies")).content.decode()


def test_the_way_back_stays_on_this_site(client, agency, reader):
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"):
        answer = press(client, reader, agencies.subject(agency.pk), next=address)
        assert answer.url == reverse("my_bookmarks")


def test_a_list_holds_so_many(client, agency, other_agency, reader, monkeypatch):
    monkeypatch.setattr(bookmarks, "MOST", 1)
    press(client, reader, agencies.subject(agency.pk))
    answer = press(client, reader, agencies.subject(other_agency.pk), next="/")
    assert held(reader) == [agencies.subject(agency.pk)]
    assert "đã đủ 1 mục" in client.get(answer.url).content.decode()


def test_what_was_seen_last_is_kept_for_its_person_alone(client, paper, reader, officer):
    address = reverse("document", args=[paper.pk])
    client.force_login(reader)
    client.head(address)
    client.get(address, headers={"sec-purpose": "prefetch"})
    assert held(reader, SEEN) == []
    client.get(address)
    client.get(address)
    assert held(reader, SEEN) == [following.subject(paper.pk)]
    assert "Quy trình lưu trữ" in client.get(reverse("my_bookmarks")).content.decode()
    client.force_login(officer)
    assert "Quy trình lưu trữ" not in client.get(reverse("my_bookmarks")).content.decode()


def test_the_last_so_many_seen_are_kept(client, make_document, agency, officer, monkeypatch):
    monkeypatch.setattr(bookmarks, "SEEN_KEPT", 2)
    papers = [
        make_document(agency, officer, code=f"QT-{n}", title=f"Quy trình {n}", issued="2026-01-05")
        for n in range(3)
    ]
    client.force_login(officer)
    for paper in papers:
        client.get(reverse("document", args=[paper.pk]))
    assert held(officer, SEEN) == [following.subject(paper.pk) for paper in papers[:0:-1]]
    again = timezone.now() - datetime.timedelta(hours=2)
    Bookmark.objects.filter(subject=following.subject(papers[2].pk)).update(at=again)
    client.get(reverse("document", args=[papers[2].pk]))
    assert held(officer, SEEN)[0] == following.subject(papers[2].pk)


def test_a_bookmark_no_longer_readable_loses_its_name(client, paper, reader):
    Bookmark.objects.create(person=reader, kind=FOLLOWED, subject=following.subject(paper.pk))
    Bookmark.objects.create(person=reader, kind=SEEN, subject=following.subject(paper.pk))
    reader.appointments.update(ends_on=datetime.date(2021, 1, 1))
    client.force_login(reader)
    html = client.get(reverse("my_bookmarks")).content.decode()
    assert "Quy trình lưu trữ" not in html and "không còn mở cho bạn" in html
    press(client, reader, following.subject(paper.pk), on="0")
    assert held(reader) == []


def test_the_page_asks_as_often_for_many_as_for_few(
    client, make_document, agency, officer, django_assert_num_queries
):
    papers = [
        make_document(agency, officer, code=f"QT-{n}", title=f"Quy trình {n}", issued="2026-01-05")
        for n in range(4)
    ]
    follow = [
        Bookmark(person=officer, kind=FOLLOWED, subject=following.subject(paper.pk))
        for paper in papers
    ]
    follow[0].save()
    client.force_login(officer)
    client.get(reverse("my_bookmarks"))
    with django_assert_num_queries(10):
        client.get(reverse("my_bookmarks"))
    Bookmark.objects.bulk_create(follow[1:])
    with django_assert_num_queries(10):
        client.get(reverse("my_bookmarks"))


def test_who_follows_is_told_if_they_may_see_it(sky, paper, agency, reader, officer, stranger):
    for person in (reader, officer, stranger):
        for subject in (following.subject(paper.pk), agencies.subject(agency.pk)):
            Bookmark.objects.create(person=person, kind=FOLLOWED, subject=subject)
    bookmarks.tell_followers(
        [following.subject(paper.pk), agencies.subject(agency.pk)], following.subject(paper.pk),
        "storm", key="s", url="/", facts={"number": 3}, exclude=officer,
    )  # fmt: skip
    due.run_due()
    assert list(Notice.objects.values_list("person", flat=True)) == [reader.pk]


def test_readers_of_what_is_not_registered_are_none(reader):
    assert subjects.readers("planet:3", [reader]) == []
    assert subjects.readers("document:987654", [reader]) == []


def test_prefetched_posts_are_those_of_the_day(reader, stranger, django_assert_num_queries):
    asked = type(reader).objects.filter(pk__in=[reader.pk, stranger.pk]).order_by("pk")
    people = list(asked)
    with django_assert_num_queries(1):
        access.prefetch(people)
        found = [access.tokens_of_posts(one) for one in people]
    assert found == [
        access.tokens_of_posts(one) for one in sorted((reader, stranger), key=lambda p: p.pk)
    ]
