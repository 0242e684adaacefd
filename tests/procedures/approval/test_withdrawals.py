"""Withdrawing, reinstating and striking out go through the chain; only the officer requests, and
nothing happens before the signatures."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from procedures import lifecycle
from procedures.approval import withdrawing
from procedures.models import DocumentPage, Version, VersionAct
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Approval, ApprovalItem, Event
from qms.proof import store

DAY = datetime.timedelta(days=1)


@pytest.fixture
def version(make_document, agency, officer, reviewer, approver):
    return make_document(agency, officer, issued="2026-01-05").versions.get()


def ask(version, by, act="withdraw", **facts):
    return withdrawing.request(version, act, by=by, **{"reason": "Bãi bỏ thủ tục", **facts})


def test_a_version_is_withdrawn_with_the_last_signature(version, sign, officer, reviewer, approver):
    approval = ask(version, officer, on_day=today() + 3 * DAY)
    sign(approval, reviewer)
    assert not VersionAct.objects.exists()
    sign(approval, approver)
    act = version.acts.get()
    assert (act.kind, act.on_day, act.reason) == ("withdrawn", today() + 3 * DAY, "Bãi bỏ thủ tục")
    assert (act.approval, act.by) == (approval, officer)
    assert approval.state == Approval.State.DONE
    assert list(Version.objects.in_force(today() + 2 * DAY)) == [version]
    assert list(Version.objects.in_force(today() + 3 * DAY)) == []
    assert Event.objects.filter(kind="withdrawn").count() == 1


def test_the_request_is_titled_in_vietnamese_whatever_the_screen_is_in(version, officer):
    with translation.override("en"):
        title = ask(version, officer).title
    assert title.startswith(f"{withdrawing.Act('withdraw').label}: ")


def test_nothing_is_carried_out_but_what_was_signed_whoever_calls(
    version, sign, officer, reviewer, approver
):
    approval = ask(version, officer)
    with pytest.raises(Refused, match="Chưa đủ chữ ký"):
        withdrawing.on_done(approval)
    sign(approval, reviewer)
    Approval.objects.filter(pk=approval.pk).update(state=Approval.State.APPROVED)
    approval.refresh_from_db()
    with pytest.raises(Refused, match="Chưa đủ chữ ký"):
        withdrawing.on_done(approval)
    assert not VersionAct.objects.exists()


def test_a_request_about_other_bytes_than_the_versions_is_not_carried_out(
    version, sign, officer, reviewer, approver, monkeypatch
):
    monkeypatch.setattr(version, "digest", "0" * 64)  # as a forger would seal it
    approval = ask(version, officer)
    sign(approval, reviewer)
    with pytest.raises(Refused, match="không đúng với nội dung đã ký"):
        sign(approval, approver)
    assert not VersionAct.objects.exists()


def test_it_is_reinstated_and_struck_out_likewise(version, sign, officer, reviewer, approver):
    for act in ("withdraw", "reinstate", "strike_out"):
        sign(ask(version, officer, act), reviewer, approver)
    kinds = list(version.acts.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["withdrawn", "reinstated", "struck_out"]


def test_a_day_that_passed_while_it_waited_becomes_the_day_of_the_last_signature(
    version, sign, officer, reviewer, approver
):
    with on_day(today() - 2 * DAY):
        approval = ask(version, officer)
    sign(approval, reviewer, approver)
    assert version.acts.get().on_day == today()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"reason": "  "}, "lý do"),
        ({"reason": "\x00"}, "lý do"),
        ({"on_day": today() - DAY}, "đã qua"),
        ({"act": "reinstate"}, "Chỉ khôi phục được"),
    ],
)
def test_what_cannot_be_asked_is_refused(version, officer, facts, says):
    with pytest.raises(Refused, match=says):
        ask(version, officer, **facts)
    assert not Approval.objects.exists()


def test_one_request_about_a_version_at_a_time(version, officer):
    ask(version, officer)
    with pytest.raises(Refused, match="đang có một yêu cầu"):
        ask(version, officer, "strike_out")


def test_somebody_who_is_not_an_officer_there_asks_nothing(
    version, author, reader, approver, stranger
):
    for person in (author, reader, approver, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            ask(version, person)


def test_what_cannot_be_done_any_more_is_refused_at_the_last_signature(
    version, sign, officer, reviewer, approver
):
    approval = ask(version, officer)
    sign(approval, reviewer)
    lifecycle.strike_out(version, reason="Nhầm", by=officer)
    with pytest.raises(Refused, match="hết hiệu lực"):
        sign(approval, approver)
    assert version.acts.count() == 1


def test_other_bytes_than_the_signed_ones_do_nothing(version, sign, officer, reviewer, approver):
    approval = ask(version, officer)
    sign(approval, reviewer)
    facts = json.loads(queries.bytes_of(approval.items.get()))
    forged = store.add(withdrawing.canonical({**facts, "act": "strike_out"}))
    ApprovalItem.objects.filter(approval=approval).update(digest=forged.pk)
    with pytest.raises(Refused):
        sign(approval, approver)
    with pytest.raises(Refused):
        withdrawing.on_done(Approval.objects.get(pk=approval.pk))
    assert not VersionAct.objects.exists()


def test_the_officers_page_asks_and_the_approvals_page_shows_it(version, officer, reviewer, client):
    client.force_login(officer)
    address = f"/admin/tai-lieu/phien-ban/{version.pk}/thu-hoi/"
    day = f"{today() + DAY:%d/%m/%Y}"
    answer = client.post(address, {"reason": "Bãi bỏ <b>thủ tục</b>", "on_day": day})
    approval = Approval.objects.get()
    assert answer.url == approval.get_absolute_url() and not VersionAct.objects.exists()
    client.force_login(reviewer)
    html = client.get(approval.get_absolute_url()).content.decode()
    assert "Bãi bỏ &lt;b&gt;thủ tục&lt;/b&gt;" in html and version.get_absolute_url() in html


def test_who_withdrew_and_reinstated_is_shown_to_everybody(
    version, sign, officer, reviewer, approver, reader, stranger, client
):
    def page(person):
        client.force_login(person)
        return " ".join(client.get(f"/v/{version.pk}/").content.decode().split())

    def there_and_back():
        acts = ("withdraw", "reinstate")
        return [sign(ask(version, officer, act), reviewer, approver) for act in acts]

    gone, again = there_and_back()
    html = page(reader)
    for one in (*gone.signatures.all(), *again.signatures.all()):
        assert html.count(f"<strong>{one.name}</strong>, {one.post}") == 2
        assert f'datetime="{one.at.astimezone().isoformat()}"' in html
    assert gone.get_absolute_url() not in html and again.get_absolute_url() not in html
    assert f'href="{gone.get_absolute_url()}"' in page(reviewer)
    assert f'href="{again.get_absolute_url()}"' in page(officer)
    assert str(approver) in page(stranger)
    asked = []
    for _turn in range(2):
        page(reader)
        with CaptureQueriesContext(connection) as queries_made:
            page(reader)
        asked.append(len(queries_made))
        there_and_back()
    assert asked[0] == asked[1]


def test_the_journal_of_a_document_tells_of_its_rounds(
    version, sign, officer, reviewer, approver, client
):
    first = ask(version, officer)
    approvals.return_to_sender(first, by=reviewer, reason="Chưa rõ lý do")
    sign(ask(version, officer), reviewer, approver)
    client.force_login(officer)
    address = reverse("procedures_admin:document", args=[version.document_id])
    html = " ".join(client.get(address).content.decode().split())
    journal = html[html.index("qms-journal") :]
    wanted = [
        ("Trình xem xét, phê duyệt", officer),
        ("Ký: Xem xét", reviewer),
        ("Ký: Phê duyệt", approver),
        ("Trả lại người trình", reviewer),
    ]
    for label, person in wanted:
        assert f"<strong>{label}</strong> · {person}" in journal
    assert "Chưa rõ lý do" in journal


def test_whoever_drafted_what_was_struck_out_does_not_sign_the_next(
    procedure, send, sign, agency, appoint, officer, reviewer, approver
):
    second = appoint("second", "approver", agency)
    agency.appointments.create(person=second, role="officer", starts_on=today())
    page = procedure()
    lifecycle.revise_draft(page, owner_post="Văn thư", by=second)
    sign(send(page), reviewer, approver)
    sign(ask(page.versions.get(), officer, "strike_out"), reviewer, approver)
    drafters = set(DocumentPage.objects.get(pk=page.pk).drafters)
    assert {page.owner_id, second.pk} <= drafters
    lifecycle.revise_draft(page, owner_post="Văn thư trưởng", by=officer)
    approval = send(page)
    sign(approval, reviewer)
    with pytest.raises(Refused, match="Người soạn"):
        sign(approval, second)


def test_so_does_not_whoever_recorded_it_from_paper(version, sign, officer, reviewer, approver):
    sign(ask(version, officer, "strike_out"), reviewer, approver)
    assert DocumentPage.objects.get(pk=version.document_id).drafters == [officer.pk]


def test_striking_out_an_older_version_leaves_the_drafters_of_the_next(
    procedure, send, sign, officer, reviewer, approver
):
    page = procedure()
    sign(send(page), reviewer, approver)
    first = page.versions.get()
    lifecycle.revise_draft(page, owner_post="Văn thư", by=officer)
    sign(send(page, revision_number=1, change_summary="Đổi"), reviewer, approver)
    sign(ask(first, officer, "strike_out"), reviewer, approver)
    assert DocumentPage.objects.get(pk=page.pk).drafters == []
