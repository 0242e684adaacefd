"""A change request: who asks, who answers, and its outcome."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from procedures import lifecycle as documents
from procedures.changes import lifecycle
from procedures.models import ChangeRequest
from qms.clock import now
from qms.errors import Refused
from qms.models import Event, Notice
from tests.conftest import content
from tests.issuing import issue as issue_now

State = ChangeRequest.State


def revise(page, officer, text="Nội dung mới hẳn."):
    documents.revise_draft(page, content=content(text), change_summary="Sửa nội dung", by=officer)
    return issue_now(page, issued_on=datetime.date(2026, 3, 2), by=officer)


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def test_a_reader_asks_and_the_officer_is_told(ask, document, reader, officer, agency):
    one = ask(why="Luật đổi", proposed="01 ngày", place="5. NỘI DUNG", anchor="muc-5")
    assert (one.state, one.agency, one.by_name, one.by_agency_name) == (
        State.OPEN, agency, "Nguyễn Thị Đọc", "Sở Tư pháp",
    )  # fmt: skip
    assert told(officer) == ["change_requested"]
    event = Event.objects.filter(kind="change_requested").get()
    assert (event.subject, event.data["request"]) == (f"document:{document.pk}", one.pk)


def test_an_accepted_request_is_done_with_the_next_version(ask, document, officer, reader):
    one = lifecycle.accept(ask(), by=officer)
    version = revise(document, officer)
    one.refresh_from_db()
    assert (one.state, one.done_in) == (State.DONE, version)
    assert told(reader) == ["change_accepted", "change_done"]


def test_what_was_joined_is_done_together(ask, document, officer):
    one, other, third = ask(), ask("Cũng sửa bước 2"), ask("Sửa bước 2 nữa")
    lifecycle.join(third, to=other, by=officer)
    lifecycle.join(other, to=one, by=officer)
    third.refresh_from_db()
    assert third.joined_to == one
    lifecycle.accept(one, by=officer)
    version = revise(document, officer)
    assert set(ChangeRequest.objects.values_list("state", "done_in")) == {("done", version.pk)}


def test_a_request_without_an_answer_is_not_done_by_a_version(ask, document, officer):
    one = ask()
    revise(document, officer)
    one.refresh_from_db()
    assert one.state == State.OPEN


def test_what_was_accepted_after_the_draft_was_sealed_waits(ask, document, officer):
    sealed = now()
    one = lifecycle.accept(ask(), by=officer)
    version = document.versions.get()
    assert lifecycle.finish(version, by=officer, until=sealed) == []
    assert [r.pk for r in lifecycle.finish(version, by=officer, until=now())] == [one.pk]


def test_declining_needs_a_reason_and_reaches_those_joined(ask, officer, reader):
    one, other = ask(), ask("Cũng vậy")
    lifecycle.join(other, to=one, by=officer)
    with pytest.raises(Refused, match="lý do"):
        lifecycle.decline(one, reason="  ", by=officer)
    lifecycle.decline(one, reason="Luật không cho phép", by=officer)
    assert (
        list(ChangeRequest.objects.values_list("state", "answer", "joined_to"))
        == [("declined", "Luật không cho phép", None)] * 2
    )
    assert told(reader) == ["change_joined", "change_declined", "change_declined"]


def test_an_accepted_request_may_still_be_declined(ask, officer):
    one = lifecycle.accept(ask(), by=officer)
    assert lifecycle.decline(one, reason="Không kịp", by=officer).state == State.DECLINED


def test_who_asked_takes_it_back_and_what_was_joined_waits_again(ask, reader, officer):
    one, other = ask(), ask("Cũng vậy")
    lifecycle.join(other, to=one, by=officer)
    assert lifecycle.take_back(one, by=reader).state == State.TAKEN_BACK
    other.refresh_from_db()
    assert (other.state, other.joined_to) == (State.OPEN, None)


def test_nobody_else_takes_it_back(ask, officer):
    with pytest.raises(Refused, match="Chỉ người gửi"):
        lifecycle.take_back(ask(), by=officer)


@pytest.mark.parametrize("who", ["reader", "author", "stranger", "overseer"])
def test_only_an_officer_of_the_agency_answers(ask, request, who):
    one, person = ask(), request.getfixturevalue(who)
    for step in (
        lambda: lifecycle.accept(one, by=person),
        lambda: lifecycle.decline(one, reason="Không", by=person),
        lambda: lifecycle.join(one, to=ask("Khác"), by=person),
    ):
        with pytest.raises(Refused, match="Chỉ thư ký ISO"):
            step()
    one.refresh_from_db()
    assert one.state == State.OPEN


def test_an_answered_request_is_not_answered_again(ask, officer):
    one = lifecycle.decline(ask(), reason="Không", by=officer)
    for step in (
        lambda: lifecycle.accept(one, by=officer),
        lambda: lifecycle.decline(one, reason="Vẫn không", by=officer),
        lambda: lifecycle.join(one, to=ask("Khác"), by=officer),
        lambda: lifecycle.join(ask("Nữa"), to=one, by=officer),
    ):
        with pytest.raises(Refused, match="Không nhận"):
            step()


def test_requests_of_other_documents_are_not_joined(ask, make_document, agency, officer):
    other = make_document(agency, officer, code="QT-02", issued="2026-01-05")
    with pytest.raises(Refused, match="cùng tài liệu"):
        lifecycle.join(ask(), to=ask("Khác", on=other), by=officer)
    one = ask()
    with pytest.raises(Refused, match="cùng tài liệu"):
        lifecycle.join(one, to=one, by=officer)


def test_whoever_may_read_may_ask_and_nobody_else(ask, make_document, agency, officer, stranger):
    assert ask(by=stranger).by_agency_name == "Sở Nội vụ"
    closed = make_document(agency, officer, code="QT-03", issued="2026-01-05", visibility="agency")
    with pytest.raises(Refused, match="không đọc được"):
        ask(on=closed, by=stranger)


def test_a_withdrawn_document_takes_no_requests(ask, document, officer):
    documents.withdraw(document.versions.get(), reason="Cũ", by=officer)
    with pytest.raises(Refused, match="thu hồi"):
        ask()


def test_twenty_wait_for_an_answer_and_no_more(ask, officer, stranger):
    first = [ask(f"Sửa {n}") for n in range(lifecycle.MOST_OPEN)][0]
    with pytest.raises(Refused, match="chưa được trả lời"):
        ask()
    ask(by=stranger)
    lifecycle.accept(first, by=officer)
    assert ask().state == State.OPEN


def test_other_parts_open_requests_of_their_own(ask, document, officer):
    lifecycle.accept(ask(source="review:2", by=officer), by=officer)
    documents.withdraw(document.versions.get(), reason="Cũ", by=officer)
    assert ask(source="action:7", by=None).by_name == ""


@pytest.mark.parametrize("what", ["", "   ", "\x00"])
def test_an_empty_request_is_refused(ask, what):
    with pytest.raises(Refused, match="cần sửa gì"):
        ask(what)


def test_a_text_of_200_000_characters_is_refused(ask):
    with pytest.raises(Refused, match="ký tự"):
        ask("a" * 200_000)
    with pytest.raises(Refused, match="ký tự"):
        ask(proposed="<b>" * 60_000)


def test_a_file_is_kept_by_its_bytes(ask):
    one = ask(file=SimpleUploadedFile("C:\\tam\\góp ý.pdf", b"%PDF-1.4 thu"))
    assert (one.file_name, one.file.mime) == ("góp ý.pdf", "application/pdf")
    with pytest.raises(Refused, match="không phải"):
        ask(file=SimpleUploadedFile("a.pdf", b"<html>"))


def test_every_step_leaves_a_row_of_history(ask, officer):
    one = lifecycle.accept(ask(), by=officer)
    assert [h.state for h in one.history.order_by("history_id")] == ["open", "accepted"]


@pytest.mark.parametrize(
    "broken",
    [{"state": "joined"}, {"state": "done"}, {"joined_to": "self"}],
)
def test_the_database_refuses_half_states(ask, broken):
    one = ask()
    broken = {key: one.pk if value == "self" else value for key, value in broken.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.filter(pk=one.pk).update(**broken)
