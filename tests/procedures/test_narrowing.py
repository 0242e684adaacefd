"""A version's readers are restricted immediately: on every page, in lists and in search; nobody can
widen them again."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from procedures import lifecycle
from procedures.indexing.documents import documents as entries_of
from procedures.models import Version, VersionAct, Visibility
from procedures.reader import following, queries
from qms import access
from qms.errors import Refused
from qms.models import Event, Notice
from search.models import Pending
from search.queue import pending
from tests.conftest import content
from tests.issuing import issue as issue_now

REASON = "Lộ thông tin cá nhân"


@pytest.fixture
def approver(appoint, agency):
    return appoint("approver", "approver", agency, name="Đinh Văn Phê Duyệt")


@pytest.fixture
def version(make_document, agency, officer, approver):
    body = content("Danh sách kèm số điện thoại riêng.")
    page = make_document(agency, officer, visibility="public", body=body, issued="2026-01-05")
    return page.versions.get()


def tokens_of(*people):
    return [access.tokens_for(person) for person in people]


def test_each_step_hides_it_from_those_outside(
    version, officer, reader, stranger, overseer, client
):
    client.get(reverse("version", args=[version.pk]))
    lifecycle.narrow(version, "city", reason=REASON, by=officer)
    assert client.get(reverse("version", args=[version.pk])).status_code == 404
    assert client.get(reverse("document", args=[version.document_id])).status_code == 404
    client.force_login(stranger)
    assert client.get(reverse("version", args=[version.pk])).status_code == 200
    lifecycle.narrow(version, "agency", reason=REASON, by=officer)
    assert client.get(reverse("version", args=[version.pk])).status_code == 404
    for person in (reader, overseer):
        client.force_login(person)
        shown = client.get(reverse("version", args=[version.pk])).content.decode()
        assert "Chỉ cơ quan này" in shown and "Thu hẹp sau khi ban hành" in shown


def test_memory_database_and_index_agree_for_everybody(
    make_document, agency, other_agency, officer, reader, stranger, overseer
):
    cuts = [(own, cut) for own in Visibility for cut in (None, *own.narrower())]
    for number, (own, cut) in enumerate(cuts):
        page = make_document(agency, officer, code=f"QT-{number}", visibility=own, issued="2026-01-05")  # fmt: skip
        if cut:
            lifecycle.narrow(page.versions.get(), cut, reason=REASON, by=officer)
    everyone = [frozenset({"public"}), *tokens_of(reader, stranger, overseer)]
    for tokens in everyone:
        versions = list(Version.objects.order_by("pk"))
        in_memory = {
            v.version.pk for v in queries.lives_of(versions, tokens, versions[0].issued_on)
        }
        in_database = {v.pk for v in queries.visible(tokens)}
        entries = entries_of([v.document_id for v in versions])
        in_index = {int(e.key.split(":")[1]) for e in entries if set(e.readers) & tokens}
        assert in_memory == in_database == in_index, tokens
    assert [len(queries.visible(tokens)) for tokens in everyone] == [1, 6, 3, 6]


def test_search_follows_at_once(version, officer, client):
    address = reverse("search") + "?q=điện+thoại+riêng"
    pending.flush()
    assert version.title in client.get(address).content.decode()
    lifecycle.narrow(version, "agency", reason=REASON, by=officer)
    assert Pending.objects.filter(source="document", object_id=version.document_id, done=False)
    pending.flush()
    assert "Danh sách kèm" not in client.get(address).content.decode()
    client.force_login(officer)
    assert version.title in client.get(address).content.decode()


def test_the_approvers_are_told_and_the_journal_says_why(version, officer, approver):
    act = lifecycle.narrow(version, "agency", reason=f" {REASON} ", by=officer)
    assert (act.kind, act.visibility, act.reason, act.by) == ("narrowed", "agency", REASON, officer)
    (notice,) = Notice.objects.filter(kind="version_narrowed")
    assert (notice.person, notice.mail, notice.facts["reason"]) == (approver, "now", REASON)
    event = Event.objects.get(kind="narrowed")
    assert (event.subject, event.by, event.data["reason"]) == (f"version:{version.pk}", officer, REASON)  # fmt: skip


def test_followers_outside_are_told_nothing_more(version, officer, reader, stranger):
    assert following.may_read(version.document_id, [reader, stranger]) == [reader, stranger]
    lifecycle.narrow(version, "agency", reason=REASON, by=officer)
    assert following.may_read(version.document_id, [reader, stranger]) == [reader]


def test_a_new_version_is_shown_as_it_says(version, officer):
    lifecycle.narrow(version, "agency", reason=REASON, by=officer)
    page = lifecycle.revise_draft(version.document, content=content("Bỏ danh sách."), by=officer)
    day = datetime.date(2026, 2, 1)
    second = issue_now(page, issued_on=day, by=officer)
    assert list(queries.visible(frozenset({"public"}))) == [second]


@pytest.mark.parametrize(
    ("visibility", "reason", "says"),
    [
        ("city", REASON, "Chỉ thu hẹp được"),
        ("public", REASON, "Chỉ thu hẹp được"),
        ("mọi nơi", REASON, "Chỉ thu hẹp được"),
        ("agency", " ", "lý do"),
    ],
)
def test_wider_again_or_without_a_reason_is_refused(version, officer, visibility, reason, says):
    lifecycle.narrow(version, "city", reason=REASON, by=officer)
    with pytest.raises(Refused, match=says):
        lifecycle.narrow(version, visibility, reason=reason, by=officer)
    assert version.acts.count() == 1


def test_what_was_struck_out_is_narrowed_no_more(version, officer):
    lifecycle.strike_out(version, reason="Nhầm", by=officer)
    with pytest.raises(Refused, match="đã được hủy bỏ"):
        lifecycle.narrow(version, "agency", reason=REASON, by=officer)


def test_only_officers_of_the_agency_narrow(version, author, reader, approver, stranger, client):
    for person in (author, reader, approver, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            lifecycle.narrow(version, "agency", reason=REASON, by=person)
    address = reverse("procedures_admin:narrow", args=[version.pk])
    for person in (author, stranger):
        client.force_login(person)
        answer = client.post(address, {"visibility": "agency", "reason": REASON})
        assert answer.status_code == 404
    assert not VersionAct.objects.exists()


def test_the_page_asks_then_does_it(version, officer, client):
    client.force_login(officer)
    address = reverse("procedures_admin:narrow", args=[version.pk])
    assert address in client.get(reverse("procedures_admin:document", args=[version.document_id])).content.decode()  # fmt: skip
    said = client.post(address, {"visibility": "", "reason": ""}).content.decode()
    assert "Hãy chọn phạm vi xem" in said and "Hãy ghi lý do" in said
    assert client.post(address, {"visibility": "agency", "reason": REASON}).status_code == 302
    assert version.acts.get().visibility == "agency"
    shown = client.get(reverse("procedures_admin:document", args=[version.document_id]))
    assert address not in shown.content.decode() and REASON in shown.content.decode()


def test_the_act_stays_as_it_is(version, officer):
    act = lifecycle.narrow(version, "agency", reason=REASON, by=officer)
    for change in (lambda: act.delete(), lambda: VersionAct.objects.update(visibility="city")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
