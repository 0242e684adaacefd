"""Requests answered and readings confirmed concurrently: each once, with one event."""

import datetime

import pytest

from procedures.changes import lifecycle as changes
from procedures.models import ChangeRequest, Confirmation, Review, Version
from procedures.readership.reading import lifecycle as reading
from qms.clock import today
from qms.errors import Refused
from qms.models import Event
from qms.proof import journal
from tests.together import TOGETHER, at_once, press

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


def test_merging_into_a_request_and_declining_it_do_not_block_each_other(
    document, officer, second, reader
):
    """Declining reaches from the request to those merged with it, merging from these to it."""
    for _round in range(6):
        merged, root = (changes.open(document, what=f"Sửa chỗ {n}", by=reader) for n in (1, 2))
        changes.join(merged, to=root, by=officer)
        done = at_once(
            lambda root=root: changes.decline(fresh(root), reason="Không sai", by=officer),
            lambda merged=merged, root=root: changes.join(fresh(merged), to=root, by=second),
        )
        assert [type(one).__name__ for one in done] == ["ChangeRequest", "Refused"], done
        assert {fresh(one).state for one in (merged, root)} == {ChangeRequest.State.DECLINED}


def test_officers_who_press_six_buttons_of_one_request_leave_one_answer(
    document, officer, second, reader
):
    first, other = (changes.open(document, what=f"Sửa chỗ {n}", by=reader) for n in (1, 2))
    at = f"/sua-doi/{first.pk}/"
    codes = at_once(
        *[
            lambda by=by, name=name, fields=fields: press(at + name, (by, fields))
            for by in (officer, second)
            for name, fields in (
                ("nhan/", {}),
                ("gop/", {"to": other.pk}),
                ("khong-nhan/", {"reason": "Không sai"}),
            )
        ]
    )
    assert {code for (code,) in codes} <= {200, 302}, codes
    told = Event.objects.filter(subject=f"document:{document.pk}").exclude(kind="change_requested")
    kinds = [kind for kind in told.values_list("kind", flat=True) if kind.startswith("change_")]
    # an accepted request may still be merged or declined; each answer is given once
    assert 1 <= len(kinds) == len(set(kinds)) <= 2, kinds
    assert fresh(first).state in ("joined", "declined", "accepted")


def test_a_verdict_pressed_six_times_is_written_once(
    own_connections, make_document, agency, officer, second
):
    page = make_document(agency, officer, issued="2026-01-05", review_months=12)
    version = Version.objects.get(document=page)
    fields = {
        "version": version.pk, "verdict": "revise", "reason": "Thời hạn đã đổi",
        "next_on": (today() + datetime.timedelta(days=30)).isoformat(),
    }  # fmt: skip
    codes = press(f"/d/{page.pk}/soat-xet/", *[(by, fields) for by in (officer, second)] * 3)
    assert sorted(codes) == [200] * 5 + [302]
    assert Review.objects.count() == ChangeRequest.objects.count() == 1
    assert Event.objects.filter(kind="reviewed").count() == 1
