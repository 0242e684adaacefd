"""Papers are taken in from an agency's creation until its head closes that; afterwards everything
is drafted and signed."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import lifecycle
from procedures.approval import closing
from procedures.importing import batches
from procedures.lifecycle import taking_in
from procedures.models import DocumentPage, TakingIn, Version
from qms.approvals import lifecycle as approvals
from qms.clock import on_day, today
from qms.errors import Refused
from qms.models import Approval, Event, Notice
from tests.procedures.import_files import folder_of, procedure

DAY = datetime.timedelta(days=1)
SECRET = "mat-khau-de-thu-2026"


@pytest.fixture
def approver(appoint, agency):
    return appoint("approver", "approver", agency, name="Đinh Văn Phê Duyệt")


@pytest.fixture
def closed(agency, officer, approver):
    """The agency, after its head has signed the closing."""
    sign(closing.request(agency, by=officer), approver)
    return agency


def sign(approval, person):
    approvals.sign(
        approval, by=person, appointment=None, secret=SECRET, way="password",
        manifest=approval.manifest,
    )  # fmt: skip


def record(page, by):
    return lifecycle.record(page, issued_on=datetime.date(2026, 1, 5), by=by)


# -- closing


def test_it_is_open_from_the_founding_and_closed_by_the_head(agency, officer, approver):
    assert taking_in.of(agency).is_open
    approval = closing.request(agency, by=officer)
    assert taking_in.of(agency).is_open
    sign(approval, approver)
    approval.refresh_from_db()
    assert approval.state == Approval.State.DONE
    assert (taking_in.of(agency).is_open, taking_in.of(agency).closed_on) == (False, today())
    event = Event.objects.get(kind="taking_in_closed")
    assert (event.agency, TakingIn.objects.get().approval) == (agency, approval)


def test_only_its_officers_ask_and_only_once(agency, officer, author, approver, stranger):
    for person in (author, approver, stranger):
        with pytest.raises(Refused, match="thư ký ISO"):
            closing.request(agency, by=person)
    approval = closing.request(agency, by=officer)
    with pytest.raises(Refused, match="đang chờ ký"):
        closing.request(agency, by=officer)
    sign(approval, approver)
    with pytest.raises(Refused, match="đã đóng tiếp nhận"):
        closing.request(agency, by=officer)


def test_other_agencies_go_on(closed, make_document, other_agency, stranger):
    assert record(make_document(other_agency, stranger), stranger).origin == "recorded"


# -- afterwards


def test_nothing_is_recorded_any_more(closed, make_document, officer, client):
    page = make_document(closed, officer)
    for by in (officer, None):
        with pytest.raises(Refused, match="đã đóng tiếp nhận bản giấy"):
            record(page, by)
    client.force_login(officer)
    address = reverse("procedures_admin:record", args=[page.pk])
    assert address not in client.get(f"/admin/tai-lieu/{page.pk}/").content.decode()
    answer = client.post(address, {"act": "issue"}, follow=True)
    assert "đã đóng tiếp nhận bản giấy" in answer.content.decode()
    assert not Version.objects.exists()


def test_the_command_makes_drafts_and_says_so(closed, tmp_path, capsys):
    folder = folder_of(tmp_path / "files", {"a.docx": procedure()})
    call_command("import_documents", str(folder), "--agency", "STP", "--as-issued")
    assert "đã đóng tiếp nhận bản giấy" in capsys.readouterr().out
    page = DocumentPage.objects.get()
    assert not Version.objects.exists()
    assert "taking_in_closed" in {flag["code"] for flag in page.flags}


def test_a_batch_begun_before_makes_drafts_afterwards(agency, officer, approver, tmp_path, hand_in):
    batch = hand_in({"a.docx": procedure()}, as_issued=True)
    sign(closing.request(agency, by=officer), approver)
    item = batches.accept(batch.items.get(), by=officer)
    assert item.version is None and item.document.has_open_draft
    assert "taking_in_closed" in {one["code"] for one in item.reading["warnings"]}
    assert batches.create(agency, by=officer, as_issued=True).as_issued is False


def test_the_import_page_says_that_drafts_come_of_it(closed, officer, client):
    client.force_login(officer)
    answer = client.post(reverse("imports:batches"), {"script": "1", "as": "issued"})
    shown = client.get(answer.json()["batch"]).content.decode()
    assert "Cơ quan đã đóng tiếp nhận bản giấy" in shown


# -- the decision on the command line


def test_the_decision_is_the_paper(agency, tmp_path):
    folder = folder_of(tmp_path / "files", {"a.docx": procedure()})
    call_command(
        "import_documents", str(folder), "--agency", "STP", "--as-issued",
        "--decision", "15/QĐ-STP", "31/12/2025", verbosity=0,
    )  # fmt: skip
    assert Version.objects.get().paper == {"number": "15/QĐ-STP", "dated": "2025-12-31"}


@pytest.mark.parametrize(
    "flags",
    [
        ["--as-draft", "--decision", "15/QĐ-STP", "31/12/2025"],
        ["--as-issued", "--decision", "15/QĐ-STP", "31/02/2025"],
        ["--as-issued", "--decision", "15/QĐ-STP", "01/01/2126"],
        ["--as-issued", "--decision", " ", "31/12/2025"],
        ["--as-issued", "--decision", "s" * 101, "31/12/2025"],
    ],
)
def test_an_unknown_decision_is_refused(agency, tmp_path, flags):
    folder = folder_of(tmp_path / "files", {"a.docx": procedure()})
    with pytest.raises(CommandError, match="decision") as caught:
        call_command("import_documents", str(folder), "--agency", "STP", *flags)
    assert caught.value.returncode == 2 and not DocumentPage.objects.exists()


# -- opening again


def test_a_system_administrator_opens_it_for_some_days(
    closed, make_document, officer, approver, system_admin, overseer
):
    until = today() + 30 * DAY
    act = taking_in.reopen(closed, until=until, reason="Còn 20 quy trình", by=system_admin)
    assert record(make_document(closed, officer), officer).origin == "recorded"
    told = Notice.objects.filter(kind="taking_in_reopened").values_list("person", flat=True)
    assert sorted(told) == sorted([approver.pk, overseer.pk])
    assert Event.objects.get(kind="taking_in_reopened").data["reason"] == "Còn 20 quy trình"
    assert act.by_name == str(system_admin)
    with on_day(until):
        assert taking_in.of(closed).is_open
    with on_day(until + DAY):
        assert taking_in.of(closed).closed_on == until + DAY
        with pytest.raises(Refused, match="đã đóng tiếp nhận"):
            record(make_document(closed, officer, code="QT-02"), officer)


@pytest.mark.parametrize(
    ("days", "reason", "says"),
    [(31, "Vì", "nhiều nhất 30 ngày"), (-1, "Vì", "từ hôm nay"), (5, " \x00", "lý do")],
)
def test_too_long_past_or_without_a_reason_is_refused(closed, system_admin, days, reason, says):
    with pytest.raises(Refused, match=says):
        taking_in.reopen(closed, until=today() + days * DAY, reason=reason, by=system_admin)


def test_nobody_else_opens_it_and_not_where_it_is_open(
    agency, officer, approver, overseer, system_admin
):
    with pytest.raises(Refused, match="không cần mở lại"):
        taking_in.reopen(agency, until=today(), reason="Vì", by=system_admin)
    sign(closing.request(agency, by=officer), approver)
    for person in (officer, approver, overseer):
        with pytest.raises(Refused, match="quản trị hệ thống"):
            taking_in.reopen(agency, until=today(), reason="Vì", by=person)


def test_it_is_closed_for_good_again_while_it_is_open_for_some_days(
    closed, officer, approver, system_admin
):
    taking_in.reopen(closed, until=today() + DAY, reason="Vì", by=system_admin)
    sign(closing.request(closed, by=officer), approver)
    assert not taking_in.of(closed).is_open


def test_the_rows_stay_as_they_are(closed):
    for change in (TakingIn.objects.get().delete, lambda: TakingIn.objects.update(reason="khác")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# -- the pages


def test_the_officer_asks_on_the_page_and_the_head_reads_what_it_means(
    agency, officer, approver, client, make_document
):
    record(make_document(agency, officer), officer)
    client.force_login(officer)
    page = reverse("procedures_admin:taking_in")
    assert "Trình đóng tiếp nhận" in client.get(page).content.decode()
    client.post(reverse("procedures_admin:taking_in_close", args=[agency.pk]))
    assert "đang chờ ký" in client.get(page).content.decode()
    client.force_login(approver)
    shown = client.get(Approval.objects.get().get_absolute_url()).content.decode()
    assert "không ghi nhận bản giấy nữa" in shown and agency.name in shown


def test_the_administrator_sees_every_agency_and_opens_one(
    closed, other_agency, make_agency, system_admin, client
):
    client.force_login(system_admin)
    page = reverse("procedures_admin:taking_in")
    client.get(page)
    counted = []
    for code in ("UBND", "SYT"):
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(page).content.decode()
        counted.append(len(queries))
        make_agency(code, code)
    assert counted[0] == counted[1]
    address = reverse("procedures_admin:taking_in_reopen", args=[closed.pk])
    assert address in shown and other_agency.name in shown
    said = client.post(address, {"until": "31/02/2026", "reason": ""}).content.decode()
    assert "Hãy ghi lý do" in said and "ngày/tháng/năm" in said
    day = f"{today() + DAY:%d/%m/%Y}"
    assert client.post(address, {"until": day, "reason": "Còn sót"}).status_code == 302
    assert taking_in.of(closed).until == today() + DAY


def test_the_pages_are_closed_to_everybody_else(
    closed, other_agency, officer, author, approver, reader, stranger, client
):
    close = reverse("procedures_admin:taking_in_close", args=[closed.pk])
    reopen = reverse("procedures_admin:taking_in_reopen", args=[closed.pk])
    for person in (author, approver, reader):
        client.force_login(person)
        for address in (reverse("procedures_admin:taking_in"), close, reopen):
            assert client.post(address).status_code in {302, 404}
    client.force_login(stranger)
    assert [client.post(one).status_code for one in (close, reopen)] == [404, 404]
    assert closed.name not in client.get(reverse("procedures_admin:taking_in")).content.decode()
    client.force_login(officer)
    assert client.post(reopen, {"until": f"{today()}", "reason": "x"}).status_code == 404
    assert TakingIn.objects.count() == 1


# -- what recording replaces


def test_the_batch_page_first_shows_what_recording_replaces(
    agency, officer, make_document, hand_in, client
):
    page = make_document(
        agency, officer, code="QT-01", title="Việc một", visibility="public", issued="2026-01-01"
    )
    lifecycle.narrow(page.versions.get(), "agency", reason="Lộ", by=officer)
    files = {
        "a.docx": procedure("QT-01", "Việc một", issued="05/01/2026"),
        "b.docx": procedure("QT-02", "Việc hai"),
        "c.docx": procedure("QT-03", "Việc ba", issued=""),
    }
    batch = hand_in(files, as_issued=True)
    client.force_login(officer)
    act = reverse("imports:act", args=[batch.pk])
    chosen = [item.pk for item in batch.items.all()]
    shown = client.post(act, {"act": "accept", "chosen": chosen}).content.decode()
    for said in (
        "Thay phiên bản 1 (hiệu lực từ 01/01/2026) kể từ 05/01/2026",
        "Phạm vi xem đổi từ “Chỉ cơ quan này” thành “Công khai”",
        "Tài liệu mới, có hiệu lực từ",
        "thành bản thảo, chưa thay gì",
    ):
        assert said in shown, said
    assert Version.objects.count() == 1
    sure = {"act": "accept", "chosen": chosen, "sure": "1"}
    client.post(act, {**sure, "joins": [f"{chosen[0]}:{page.pk}"]})
    assert Version.objects.count() == 3


def test_one_file_is_shown_first_too(agency, officer, hand_in, client):
    batch = hand_in({"a.docx": procedure()}, as_issued=True)
    client.force_login(officer)
    address = reverse("imports:item", args=[batch.items.get().pk])
    form = client.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    shown = client.post(address, {**given, "act": "accept"})
    assert "Tài liệu mới, có hiệu lực từ" in shown.content.decode()
    assert not Version.objects.exists()
