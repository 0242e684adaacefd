"""Lessons: a correction that worked, offered to all without names of people; found, changed,
withdrawn."""

import pytest
from django.urls import reverse

from audits import lifecycle as steps
from audits.lessons import lifecycle, rules
from audits.models import Lesson, Nonconformity
from qms.errors import Refused
from qms.models import Event

pytestmark = pytest.mark.django_db
EVERYBODY = ("officer", "head", "lead", "clerk", "reader", "stranger", "overseer")


@pytest.fixture
def closed(cast, verifying):
    steps.judge(verifying, effective=True, why="Mười hồ sơ liên tiếp đủ giấy", by=cast.lead)
    return Nonconformity.objects.get(pk=verifying.pk)


@pytest.fixture
def lesson(cast, closed):
    return lifecycle.offer(closed, by=cast.officer, **lifecycle.proposed(closed))


def sent(case, **changed):
    return {**lifecycle.proposed(case), **changed}


def test_what_is_proposed_tells_the_correction_without_names(cast, closed):
    action = closed.actions.get()
    action.what = f"{cast.clerk} kiểm tra cuối ngày"
    action.save()
    told = lifecycle.proposed(Nonconformity.objects.get(pk=closed.pk))
    assert str(cast.clerk) not in told["done"] and "(…) kiểm tra cuối ngày" in told["done"]
    assert told["cause"] == "Chưa có người kiểm tra cuối ngày"
    assert "Mười hồ sơ liên tiếp đủ giấy" in told["worked"]


def test_everybody_with_a_post_reads_it(cast, lesson, client, django_user_model):
    for name in EVERYBODY:
        client.force_login(getattr(cast, name))
        assert lesson.title in client.get(reverse("audit_lessons")).content.decode(), name
        page = client.get(lesson.get_absolute_url()).content.decode()
        assert "Chưa có người kiểm tra cuối ngày" in page
        assert ("Rút bài học" in page) == (name == "officer")
        assert not any(str(person) in page.partition("<h1>")[2] for person in (cast.clerk, cast.lead, cast.head))  # fmt: skip
    nobody = django_user_model.objects.create_user("nobody-at-all")
    client.force_login(nobody)
    assert client.get(reverse("audit_lessons")).status_code == 404
    assert client.get(lesson.get_absolute_url()).status_code == 404


def test_only_the_agencys_officer_offers_changes_and_takes_back(cast, closed, appoint):
    other = appoint("o2", "officer", cast.other_agency)
    for by in (*(getattr(cast, name) for name in EVERYBODY if name != "officer"), other):
        with pytest.raises(Refused, match="thư ký ISO"):
            lifecycle.offer(closed, by=by, **sent(closed))
    lesson = lifecycle.offer(closed, by=cast.officer, **sent(closed))
    with pytest.raises(Refused, match="thư ký ISO"):
        lifecycle.withdraw(lesson, by=other)


@pytest.mark.parametrize("state", [s for s in Nonconformity.State.values if s != "closed"])
def test_only_what_worked_is_offered(cast, case, state):
    Nonconformity.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(Refused, match="đã đóng"):
        lifecycle.offer(case, by=cast.officer, **dict.fromkeys(lifecycle.TEXTS, "x"))


@pytest.mark.parametrize("field", lifecycle.TEXTS)
def test_a_persons_name_is_refused_in_any_field(cast, closed, field):
    texts = sent(closed, **{field: f"Do {cast.clerk} làm"})
    with pytest.raises(Refused, match="Lý Chuyên Viên"):
        lifecycle.offer(closed, by=cast.officer, **texts)
    assert not Lesson.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
def test_an_empty_or_endless_text_is_refused(cast, closed, text):
    with pytest.raises(Refused):
        lifecycle.offer(closed, by=cast.officer, **sent(closed, cause=text))


def test_it_is_found_without_marks_and_by_every_word(cast, lesson, client):
    client.force_login(cast.stranger)
    address = reverse("audit_lessons")
    for asked, found in (("kiem tra cuoi", True), ("CUỐI NGÀY", True), ("cuoi zzz", False)):
        assert (lesson.title in client.get(address, {"q": asked}).content.decode()) == found
    assert "bớt từ" in client.get(address, {"q": "zzz"}).content.decode()


def test_taken_back_it_is_for_its_officers_alone_until_offered_again(cast, closed, lesson, client):
    lifecycle.withdraw(lesson, by=cast.officer)
    for name in ("stranger", "overseer", "clerk"):
        client.force_login(getattr(cast, name))
        assert client.get(lesson.get_absolute_url()).status_code == 404
    assert list(rules.lessons_of(cast.officer)) == [lesson]
    with pytest.raises(Refused, match="đã được rút"):
        lifecycle.withdraw(lesson, by=cast.officer)
    again = lifecycle.offer(closed, by=cast.officer, **sent(closed, title="Bản mới"))
    assert (again.pk, again.withdrawn_on) == (lesson.pk, None)
    kinds = list(Event.objects.filter(kind__startswith="lesson").order_by("pk").values_list("kind", flat=True))  # fmt: skip
    assert kinds == ["lesson_offered", "lesson_withdrawn", "lesson_offered"]
    assert again.history.count() == 3


def test_it_goes_through_the_pages(cast, closed, client):
    client.force_login(cast.officer)
    page = client.get(closed.get_absolute_url()).content.decode()
    address = reverse("audit_lesson_offer", args=[closed.pk])
    assert address in page
    form = client.get(address).context["form"]
    wrong = client.post(address, {**form.initial, "done": f"{cast.clerk}"}).content.decode()
    assert "không được nêu tên người" in wrong
    done = client.post(address, form.initial, follow=True).content.decode()
    assert "Đã chia sẻ bài học" in done
    lesson = Lesson.objects.get()
    assert lesson.get_absolute_url() in client.get(closed.get_absolute_url()).content.decode()
    client.post(reverse("audit_lesson_withdraw", args=[lesson.pk]))
    lesson.refresh_from_db()
    assert lesson.withdrawn_on
    for name in ("stranger", "clerk", "overseer"):
        client.force_login(getattr(cast, name))
        assert client.get(address).status_code == 404


def test_the_list_asks_the_same_for_many_as_for_one(cast, closed, lesson, client, django_assert_max_num_queries):  # fmt: skip
    client.force_login(cast.reader)
    client.get(reverse("audit_lessons"))
    for number in range(30):
        case = Nonconformity.objects.create(agency=cast.agency, unit=cast.field, year=2020, number=number, source="daily", description="x", state="closed")  # fmt: skip
        Lesson.objects.create(nonconformity=case, agency=cast.agency, title=f"B{number}", happened="x", cause="x", done="x", worked="x", words="x")  # fmt: skip
    with django_assert_max_num_queries(20):
        assert client.get(reverse("audit_lessons")).context["page"].paginator.count == 31
