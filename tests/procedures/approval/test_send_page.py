"""*Trình duyệt* in the admin: obstacles are named with their place, then the draft is sent and
closed."""

import datetime

import pytest
from wagtail.test.utils.form_data import nested_form_data

from procedures import lifecycle
from procedures.approval import readiness, sealing
from procedures.approval.sealing import Terms
from procedures.content import stream
from procedures.models import DocumentPage, Version
from procedures.officer import dashboard
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.models import Approval
from tests.conftest import content
from tests.procedures.approval.conftest import steps

DAY = datetime.timedelta(days=1)
EMPTY = {
    "sections": [
        {
            "kind": "content",
            "place": "body",
            "number": "1.",
            "title": "NỘI DUNG",
            "blocks": [{"type": "heading", "number": "1.1", "title": "Chung", "level": 2}],
        }
    ]
}


def points(page, by, **terms) -> dict[str, str]:
    """The obstacles to sending: the code of each point, and its place."""
    page = DocumentPage.objects.get(pk=page.pk).specific
    said = Terms(**terms)
    found = readiness.points(page, sealing.compose(page, said), said, by=by)
    assert all(one.sentence and one.url.startswith("/admin/") for one in found)
    return {one.code: one.url for one in found}


def test_a_complete_draft_may_be_sent(procedure, officer):
    assert points(procedure(), officer) == {}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": ""}, "no_code"),
        ({"body": EMPTY}, "no_content"),
        ({"body": content("Chỉ có lời, không có bước.")}, "no_steps"),
        ({"body": steps("1 ngày", first="", limit="")}, "no_steps"),
        ({"body": steps("1 ngày", "2 ngày", limit="05 ngày làm việc")}, "times_differ"),
        ({"body": steps("4 ngày", "2 ngày", limit="05 ngày làm việc")}, "times_differ"),
        ({"flags": [{"code": "date_conflict", "message": "Ngày lệch", "values": []}]}, "flag_open"),
        ({"flags": [{"code": "duplicate_code", "message": "", "values": []}]}, "flag_open"),
    ],
)
def test_each_thing_that_prevents_sending_is_named(procedure, officer, fields, code):
    assert list(points(procedure(**fields), officer)) == [code]


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ({"body": steps("3 ngày", "2 ngày", limit="05 ngày làm việc")}, {}),
        ({"body": steps("1 ngày", limit="05 ngày làm việc")}, {"time_reason": "Chờ liên thông"}),
        ({"flags": [{"code": "converted", "message": "", "values": []}]}, {}),
        ({"kind": "policy", "body": content("Cam kết phục vụ.")}, {}),
    ],
)
def test_what_is_in_order_is_not_named(procedure, officer, fields, terms):
    assert points(procedure(**fields), officer, **terms) == {}


def test_a_form_needs_its_file_or_some_content(procedure, make_form, officer, approver):
    assert list(points(procedure(kind="form", body={"sections": []}), officer)) == ["no_content"]
    assert points(make_form("Họ và tên"), officer) == {}


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"effective_on": today() - DAY}, "day_past"),
        ({"effective_on": datetime.date(9026, 1, 1)}, "day_far"),
        ({"effective_days": -1}, "day_past"),
        ({"effective_days": 5000}, "day_far"),
    ],
)
def test_days_that_cannot_be_are_named(procedure, officer, terms, code):
    assert code in points(procedure(), officer, **terms)


def test_a_code_or_nearly_the_same_title_in_force_elsewhere_is_named(
    procedure, make_document, agency, officer
):
    other = make_document(
        agency, officer, code="QT-09", title="Quy trình tiếp công dân", issued="2026-01-05"
    )
    where = f"/admin/tai-lieu/{other.pk}/"
    assert points(procedure("qt 09"), officer) == {"code_taken": where}
    twin = procedure("QT-10", title="Quy trình tiếp công dân (sửa đổi)")
    assert points(twin, officer) == {"title_taken": where}
    lifecycle.withdraw(other.versions.get(), reason="Cũ", by=officer)
    assert points(twin, officer) == {}


def test_a_step_that_nobody_could_sign_is_named(make_document, agency, author, officer, appoint):
    page = make_document(agency, author, body=steps("1 ngày"))
    assert list(points(page, officer)) == ["nobody_signs"]
    appoint("second", "reviewer", agency)
    appoint("author", "approver", agency)
    assert list(points(page, officer)) == ["nobody_signs"]
    appoint("head", "approver", agency)
    assert points(page, officer) == {}


# -- the page


def address(page) -> str:
    return f"/admin/tai-lieu/{page.pk}/trinh-duyet/"


def filled(client, page, **fields) -> dict:
    form = {"issue_number": "1", "revision_number": "0", "effective": "issue", **fields}
    shown = client.post(address(page), form | {"act": "review"})
    return form | {"act": "send", "seal": shown.context["seal"]}


def test_the_page_shows_what_will_be_sent_and_sends_it(procedure, officer, client):
    page = procedure()
    client.force_login(officer)
    form = filled(client, page, effective="days", effective_days="7", change_summary="Lần đầu")
    shown = client.post(address(page), form | {"act": "review"}).content.decode()
    for said in ("QT-01", "sau ngày ban hành 7 ngày", "Lần đầu", "Người xem xét", "niêm phong"):
        assert said in shown, said
    assert not Approval.objects.exists()
    answer = client.post(address(page), form | {"note": "Kính trình"})
    approval = Approval.objects.get()
    assert answer.url == approval.get_absolute_url()
    assert (approval.note, approval.sent_by) == ("Kính trình", officer)
    assert not Version.objects.exists()


def test_the_page_names_each_point_with_a_link(procedure, officer, client):
    page = procedure(code="", body=EMPTY)
    client.force_login(officer)
    html = client.get(address(page)).content.decode()
    assert "Chưa trình được" in html and f'href="/admin/pages/{page.pk}/edit/#id_code"' in html
    client.post(address(page), filled(client, page))
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"effective": "day", "effective_on": "31/02/2026"},
        {"effective": "day", "effective_on": ""},
        {"effective": "days", "effective_days": ""},
        {"effective": "days", "effective_days": "nhiều"},
        {"effective": "khi nào tiện"},
        {"issue_number": "-1"},
        {"revision_number": "1e9"},
        {"change_summary": "x" * 5_001},
        {"note": "x" * 2_001},
    ],
)
def test_what_was_typed_wrongly_is_said_and_nothing_is_sent(procedure, officer, client, fields):
    page = procedure()
    client.force_login(officer)
    answer = client.post(address(page), filled(client, page) | fields)
    assert answer.status_code == 400
    assert not Approval.objects.exists()


def test_the_page_is_for_who_may_send(
    procedure, author, officer, reader, reviewer, stranger, client
):
    page = procedure()
    for person, status in ((author, 200), (officer, 200), (stranger, 404)):
        client.force_login(person)
        assert client.get(address(page)).status_code == status
    for person in (reader, reviewer):
        client.force_login(person)
        assert client.get(address(page)).status_code in {302, 404}
        assert client.post(address(page), {"act": "send"}).status_code in {302, 404}
    assert not Approval.objects.exists()


# -- the closed draft in the admin


def test_the_editor_says_who_has_it_and_offers_to_take_it_back(
    procedure, send, officer, author, client
):
    page = procedure()
    approval = send(page)
    for person, offered in ((officer, True), (author, False)):
        client.force_login(person)
        for shown in (f"/admin/pages/{page.pk}/edit/", f"/admin/tai-lieu/{page.pk}/"):
            html = client.get(shown).content.decode()
            assert f"{officer} trình" in html and approval.get_absolute_url() in html
            assert ("Rút lại để sửa" in html) is offered
            assert "Trình duyệt…" not in html and "action-send" not in html
    client.force_login(author)
    client.post(f"/admin/tai-lieu/{page.pk}/rut-lai/")
    approval.refresh_from_db()
    assert approval.is_open
    client.force_login(officer)
    client.post(f"/admin/tai-lieu/{page.pk}/rut-lai/")
    approval.refresh_from_db()
    assert approval.state == Approval.State.TAKEN_BACK


def test_saving_autosave_and_revert_change_nothing(procedure, send, officer, client):
    page = procedure()
    first = page.latest_revision_id
    lifecycle.revise_draft(page, owner_post="Chánh Văn phòng", by=officer)
    send(page)
    before = DocumentPage.objects.get(pk=page.pk).latest_revision_id
    client.force_login(officer)
    form = nested_form_data({"title": "Lén sửa", "code": "QT-01", "comments-TOTAL_FORMS": 0})
    for where in (f"/admin/pages/{page.pk}/edit/", f"/admin/pages/{page.pk}/revisions/{first}/revert/"):  # fmt: skip
        answer = client.post(where, form, follow=True)
        assert "đang được trình duyệt" in answer.content.decode()
        answer = client.post(where, form, headers={"accept": "application/json"})
        assert answer.status_code in {302, 400} or answer.json()["success"] is False
    client.post(f"/admin/tai-lieu/{page.pk}/da-xem/", {"next": "document"})
    client.post(f"/admin/tai-lieu/{page.pk}/xoa/")
    after = DocumentPage.objects.get(pk=page.pk)
    assert (after.title, after.latest_revision_id) == ("Quy trình QT-01", before)


def test_after_a_return_the_page_begins_with_what_was_said_then(
    procedure, send, reviewer, officer, client
):
    page = procedure()
    approval = send(page, change_summary="Rút ngắn bước hai", effective_days=4)
    approvals.return_to_sender(approval, by=reviewer, reason="Ghi rõ căn cứ")
    client.force_login(officer)
    html = client.get(address(page)).content.decode()
    assert "Ghi rõ căn cứ" in html and "Rút ngắn bước hai" in html
    assert "sau ngày ban hành 4 ngày" in html


def saved(page, by, **fields):
    return lifecycle.revise_draft(DocumentPage.objects.get(pk=page.pk).specific, by=by, **fields)


def test_what_was_saved_after_a_return_is_what_gets_sealed(
    procedure, send, reviewer, officer, client
):
    page = procedure()
    saved(page, officer, change_summary="Ban hành lại theo Luật mới")
    approval = send(page, change_summary="Ban hành lại theo Luật mới", effective_days=4)
    approvals.return_to_sender(approval, by=reviewer, reason="Ghi rõ căn cứ")
    saved(page, officer, change_summary="Rút ngắn bước 3 còn 4 ngày", revision_number=7)
    client.force_login(officer)
    for _again in range(2):
        shown = client.get(address(page))
        assert shown.context["form"].initial["change_summary"] == "Rút ngắn bước 3 còn 4 ngày"
        assert shown.context["form"].initial["revision_number"] == 7
        assert "sau ngày ban hành 4 ngày" in shown.content.decode()
        form = shown.context["form"].initial | {"act": "send", "seal": shown.context["seal"]}
        client.post(address(page), {name: "" if v is None else v for name, v in form.items()})
        approval = Approval.objects.latest("pk")
        sealed = sealing.read(queries.bytes_of(approval.items.get()))
        assert sealed.facts["change_summary"] == "Rút ngắn bước 3 còn 4 ngày"
        approvals.take_back(approval, by=officer)


def test_what_was_typed_on_this_page_stays_when_only_the_text_was_saved_since(
    make_document, agency, author, officer, reviewer, approver, send, client
):
    page = make_document(
        agency, author, code="QT-01", issued="2026-01-05", change_summary="Lần đầu", body=steps("1 ngày")
    )  # fmt: skip
    saved(page, officer, body=stream.to_stream(steps("2 ngày")))
    approval = send(page, change_summary="Bước 1 còn hai ngày", revision_number=1)
    approvals.return_to_sender(approval, by=reviewer, reason="Ghi rõ")
    saved(page, officer, body=stream.to_stream(steps("3 ngày")), change_summary="")
    client.force_login(officer)
    shown = client.get(address(page))
    assert shown.context["form"].initial["change_summary"] == "Bước 1 còn hai ngày"


def test_the_summary_of_the_previous_version_is_not_reused(
    make_document, agency, author, officer, reviewer, approver, client
):
    page = make_document(
        agency, author, code="QT-01", issued="2026-01-05", change_summary="Lần đầu", body=steps("1 ngày")
    )  # fmt: skip
    saved(page, officer, body=stream.to_stream(steps("2 ngày")))
    assert DocumentPage.objects.get(pk=page.pk).change_summary == "Lần đầu"
    client.force_login(officer)
    shown = client.get(address(page))
    assert shown.context["form"].initial["change_summary"] == ""
    assert [one.code for one in shown.context["prepared"].points] == ["no_amendment"]
    editor = client.get(f"/admin/pages/{page.pk}/edit/")
    assert editor.context["form"].initial["change_summary"] == ""


def with_total(content: dict, total: str) -> dict:
    grid = content["sections"][0]["blocks"][1]
    grid["rows"].append({"kind": "total", "cells": ["", "Tổng thời gian", "", total]})
    return content


@pytest.mark.parametrize(
    ("times", "total", "said"),
    [
        (("5 ngày", "4 ngày"), "10 ngày", True),
        (("5 ngày", "5 ngày"), "10 ngày", False),
        (("5 ngày", "theo quy định"), "10 ngày", False),
        (("8 ngày", "5 ngày", "theo quy định"), "10 ngày", True),
    ],
)
def test_steps_that_do_not_make_the_total_below_them_are_told_to_sender_and_signers(
    procedure, send, reviewer, officer, client, times, total, said
):
    page = procedure(body=with_total(steps(*times), total))
    client.force_login(officer)
    html = client.get(address(page)).content.decode()
    assert ("hàng tổng của bảng trình tự" in html) is said
    assert (f'href="/admin/pages/{page.pk}/edit/#body"' in html) is said
    assert "Chưa trình được" not in html
    approval = send(page)
    client.force_login(reviewer)
    html = client.get(approval.get_absolute_url()).content.decode()
    assert ("hàng tổng của bảng trình tự" in html) is said


def test_the_editor_shows_why_the_round_came_back_with_its_remarks(
    procedure, send, reviewer, officer, client
):
    page = procedure()
    approval = send(page)
    remark = approvals.remark(approval.items.get(), by=reviewer, text="Ghi rõ thời hạn", weight="must", anchor="")  # fmt: skip
    approvals.return_to_sender(approval, by=reviewer, reason="Thiếu căn cứ pháp lý")
    client.force_login(officer)
    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    for said in (
        "Thiếu căn cứ pháp lý",
        "Ghi rõ thời hạn",
        f"{approval.get_absolute_url()}#y-kien",
    ):
        assert said in html, said
    approvals.answer(remark, by=officer, text="Đã ghi")
    send(page)
    assert (
        "Thiếu căn cứ pháp lý" not in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    )


def test_a_round_that_came_back_is_sent_again_from_its_page_while_it_is_the_last(
    procedure, send, reviewer, officer, client
):
    one, two = procedure(), procedure("QT-02")
    approval = send(one)
    approvals.return_to_sender(approval, by=reviewer, reason="Ghi rõ")
    client.force_login(officer)
    url = approval.get_absolute_url()
    assert f'href="{address(one)}"' in client.get(url).content.decode()
    both = send(one, two)
    assert "Trình lại" not in client.get(url).content.decode()
    assert "Trình lại" not in client.get(both.get_absolute_url()).content.decode()
    approvals.take_back(both, by=officer)
    again = f'href="/admin/tai-lieu/trinh-nhieu/?agency={one.agency_id}"'
    assert again in client.get(both.get_absolute_url()).content.decode()


def test_what_was_sent_is_told_apart_from_what_is_still_drafted(
    procedure, send, officer, reviewer, approver, client
):
    drafted, sent = procedure("QT-01"), procedure("QT-02")
    approval = send(sent)
    client.force_login(officer)

    def listed(state):
        found = client.get("/admin/tai-lieu/", {"state": state}).context["page"]
        return [row.code for row in found]

    assert (listed("drafting"), listed("sent")) == (["QT-01"], ["QT-02"])
    assert "bản thảo đang trình duyệt" in client.get("/admin/").content.decode()
    assert [task.url for task in dashboard.drafts(officer)] == [f"/admin/pages/{drafted.pk}/edit/"]
    approvals.take_back(approval, by=officer)
    assert (listed("drafting"), listed("sent")) == (["QT-01", "QT-02"], [])
