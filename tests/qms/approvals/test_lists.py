"""The lists of approvals and of absences: to each their own, with a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.approvals import lifecycle
from qms.models import Absence, SentForm
from qms.work import once
from tests.qms.approvals.conftest import address

pytestmark = pytest.mark.django_db


# --- lists ----------------------------------------------------------------------------------------


def test_the_lists_show_each_their_own(ask, send, sign, reviewer, approver, author, officer):
    approval = send(1)
    link = f'href="{address(approval)}"'
    seen = [
        (reviewer, "waits", True), (approver, "waits", False), (author, "waits", False),
        (author, "sent", True), (reviewer, "sent", False), (officer, "agency", True),
        (reviewer, "signed", False), (author, "agency", False),
    ]  # fmt: skip
    for user, name, there in seen:
        assert (link in ask(user, "/duyet/", xem=name).content.decode()) == there, (user, name)
    sign(approval, reviewer)
    assert link in ask(reviewer, "/duyet/", xem="signed").content.decode()
    assert link in ask(approver, "/").content.decode()


def test_odd_parameters_of_the_list_do_no_harm(ask, reviewer):
    for query in ({"xem": "khác"}, {"page": "9" * 30}, {"page": "x"}):
        assert ask(reviewer, "/duyet/", **query).status_code == 200


def test_who_has_no_post_has_no_list(ask, overseer):
    assert ask(overseer, "/duyet/").status_code == 404


@pytest.mark.parametrize("name", ["waits", "sent", "agency"])
def test_a_list_asks_as_often_for_many_as_for_one(ask, send, officer, name, appoint, agency):
    appoint("officer", "author", agency)
    user = officer if name != "waits" else appoint("reviewer", "reviewer", agency)
    counts = []
    for number in (1, 2, 3):
        send(number, by=officer)
        ask(user, "/duyet/", xem=name)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ask(user, "/duyet/", xem=name)
        counts.append(len(caught))
    assert counts[1] == counts[2]


# --- absence --------------------------------------------------------------------------------------


def test_saying_that_one_is_away(ask, post, reviewer, appoint, agency, reader):
    second = appoint("second", "reviewer", agency, name="Hồ Thị Thay")
    typed = {"starts_on": "01/01/2099", "ends_on": "05/01/2099", "reason": "Nghỉ phép"}
    people = {"person": reviewer.pk, "substitute": second.pk}
    assert post(reviewer, "/duyet/vang-mat/", **typed, **people).status_code == 302
    assert "Hồ Thị Thay ký thay" in ask(reviewer, "/duyet/vang-mat/").content.decode()
    absence = Absence.objects.get()
    assert post(reader, f"/duyet/vang-mat/{absence.pk}/ket-thuc/").status_code == 404
    post(reviewer, f"/duyet/vang-mat/{absence.pk}/ket-thuc/")
    assert not Absence.objects.exists()


def test_an_address_too_long_to_store_does_no_harm(client, reviewer, appoint, agency):
    second = appoint("second", "reviewer", agency)
    client.force_login(reviewer)
    page = "/duyet/vang-mat/"
    typed = {
        "starts_on": "01/01/2099", "ends_on": "05/01/2099", "reason": "Nghỉ phép",
        "person": reviewer.pk, "substitute": second.pk, "csrfmiddlewaretoken": "x" * 64,
    }  # fmt: skip
    for _time in (1, 2):
        answer = client.post(f"{page}?x={'a' * 600}", typed)
        assert (answer.status_code, answer.url) == (302, f"{page}?co-quan={agency.pk}")
    assert Absence.objects.count() == 1
    assert SentForm.objects.get().address == f"{page}?co-quan={agency.pk}"


def test_a_second_submission_returns_to_the_form_where_the_address_was_too_long(rf, reviewer):
    def sent():
        request = rf.post("/cho-nao-do/?y=1", {"csrfmiddlewaretoken": "x" * 64})
        request.user = reviewer
        return request

    with once.only(sent()) as form:
        form.address = "/" + "a" * 600
    with pytest.raises(once.AlreadyDone) as done, once.only(sent()):
        pass
    assert done.value.address == ""


def test_nobody_enters_somebody_elses_absence_without_the_role(post, reader, reviewer, officer):
    typed = {
        "person": reviewer.pk, "substitute": officer.pk, "starts_on": "01/01/2099",
        "ends_on": "05/01/2099", "reason": "x",
    }  # fmt: skip
    assert post(reader, "/duyet/vang-mat/", **typed).status_code == 200
    assert not Absence.objects.exists()


def test_without_anything_sent_the_list_says_so(ask, reviewer):
    assert "Không có nội dung nào chờ" in ask(reviewer, "/duyet/").content.decode()


def test_my_work_shows_what_waits_what_came_back_what_i_sent_and_whom_i_stand_in_for(
    ask, send, reviewer, author, reader, agency
):
    from qms import frame

    waits, back = send(1), send(2)
    lifecycle.return_to_sender(back, by=reviewer, reason="Sửa")
    Absence.objects.create(
        agency=agency, person=reviewer, substitute=reader, starts_on="2020-01-01",
        ends_on="2099-01-01", reason="x", paper="QĐ 1",
    )  # fmt: skip
    link, returned = f'href="{address(waits)}"', f'href="{address(back)}"'
    assert frame.count_waiting(reviewer)["approvals"] == 1
    counts = frame.count_waiting(author)
    assert (counts["approvals"], counts["approvals_returned"]) == (0, 1)
    sent = reverse("my_sent")
    assert link in ask(reviewer, "/viec/").content.decode()
    assert link in ask(reader, "/viec/").content.decode()
    assert link in ask(author, sent).content.decode()
    assert returned in ask(author, "/viec/").content.decode()
    send(2, before=back)
    assert frame.count_waiting(author)["approvals_returned"] == 0
