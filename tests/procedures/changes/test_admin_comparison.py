"""The comparison of two states of a document in the admin."""

import datetime

from procedures import lifecycle
from tests.conftest import content


def test_two_states_of_a_document_are_compared_in_the_admin(
    make_document, agency, officer, stranger, client
):
    page = make_document(agency, officer, body=content("Thời gian 5 ngày"), issued="2026-01-05")
    lifecycle.revise_draft(page, content=content("Thời gian 3 ngày"), title="Tên mới", by=officer)
    client.force_login(officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").content.decode()
    assert "Thời gian <del>5</del><ins>3</ins> ngày" in shown
    assert "<ins>Tên mới</ins>" in shown
    old, new = page.revisions.order_by("pk").values_list("pk", flat=True)
    answer = client.get(f"/admin/pages/{page.pk}/revisions/compare/{old}...{new}/")
    assert answer.url == f"/admin/tai-lieu/{page.pk}/so-sanh/?tu=r{old}&den=r{new}"
    assert client.get(answer.url).status_code == 200
    assert (
        client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/", {"tu": "v999999", "den": "x"}).status_code
        == 404
    )
    client.force_login(stranger)
    assert client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").status_code == 404


def test_drafts_saved_in_one_minute_are_told_apart(make_document, agency, officer, client):
    page = make_document(agency, officer, body=content("Thời gian 5 ngày"))
    minute = datetime.datetime(2026, 3, 2, 13, 2, tzinfo=datetime.UTC)
    for seconds in (5, 30, 30):
        lifecycle.revise_draft(page, content=content(f"Thời gian {seconds} ngày"), by=officer)
        newest = page.revisions.order_by("-pk").first()
        at = minute.replace(second=seconds)
        page.revisions.filter(pk=newest.pk).update(created_at=at)
    client.force_login(officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").context["choices"]
    labels = [str(label) for name, label in shown if name.startswith("r")]
    assert len(labels) == len(set(labels)) == 4
    assert "Bản thảo lúc 20:02:05 02/03/2026" in labels


def test_facts_outside_the_text_are_compared_and_an_open_effective_day_is_not_a_change(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, body=content("Thời gian 5 ngày"), issued="2026-01-05")
    lifecycle.revise_draft(
        page,
        content=content("Thời gian 5 ngày"),
        issued_on=page.versions.get().issued_on,
        effective_on=None,
        by=officer,
    )
    lifecycle.revise_draft(
        page,
        content=content("Thời gian 5 ngày"),
        procedure_type="administrative",
        national_code="1.001193",
        review_months=7,
        by=officer,
    )
    client.force_login(officer)
    shown = client.get(f"/admin/tai-lieu/{page.pk}/so-sanh/").content.decode()
    assert "Ngày hiệu lực" not in shown
    assert "1.001193" in shown and "Loại quy trình" in shown and "Chu kỳ soát xét" in shown
