"""Requests answered and readings confirmed concurrently: each once, with one event."""

import pytest

from procedures.changes import lifecycle as changes
from procedures.models import ChangeRequest, Confirmation, Version
from procedures.readership.reading import lifecycle as reading
from qms.errors import Refused
from qms.models import Event
from qms.proof import journal
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER


@pytest.fixture
def document(own_connections, make_document, agency, officer):
    return make_document(agency, officer, issued="2026-01-05")


@pytest.fixture
def request_(document, reader):
    return changes.open(document, what="Sửa thời gian bước 2", by=reader)


@pytest.fixture
def second(appoint, agency):
    return appoint("second", "officer", agency, name="Phan Thư Ký Hai")


def fresh(request_):
    return ChangeRequest.objects.get(pk=request_.pk)


def test_two_officers_accept_a_request_at_once_and_one_is_told(request_, agency, officer, second):
    done = at_once(
        *[lambda by=by: changes.accept(fresh(request_), by=by) for by in (officer, second)]
    )
    (refused,) = [one for one in done if isinstance(one, Refused)]
    assert "Đã nhận vào bản thảo" in str(refused)
    assert fresh(request_).state == ChangeRequest.State.ACCEPTED
    assert Event.objects.filter(kind="change_accepted").count() == 1
    assert journal.broken_links(agency) == []


def test_accepting_and_taking_back_at_once_leave_one_answer(request_, officer, reader):
    done = at_once(
        lambda: changes.accept(fresh(request_), by=officer),
        lambda: changes.take_back(fresh(request_), by=reader),
    )
    assert len([one for one in done if isinstance(one, Refused)]) == 1, done
    kinds = Event.objects.filter(kind__in=["change_accepted", "change_taken_back"])
    assert kinds.count() == 1
    assert fresh(request_).state in (ChangeRequest.State.ACCEPTED, ChangeRequest.State.TAKEN_BACK)


def test_two_windows_confirm_a_reading_once(document, agency, officer, reader):
    reading.save_rule(
        agency,
        what={"document": document.pk},
        audience={"roles": ["reader"]},
        days=7,
        each_version=True,
        by=officer,
    )
    version = Version.objects.defer("content").select_related("agency").get()
    done = at_once(*[lambda: reading.confirm(version, by=reader) for _window in range(3)])
    assert not [one for one in done if isinstance(one, Exception) and not isinstance(one, Refused)]
    assert Confirmation.objects.count() == 1
    assert Event.objects.filter(kind="read_confirmed").count() == 1
