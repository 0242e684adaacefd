"""Indexing failures: shown to a system administrator in words, without content; retried or given
up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from search import api, registry
from search.models import Pending
from search.queue import pending, stuck
from tests.search.conftest import entry

PUBLIC = frozenset({"public"})


def set_aside(source, number, error="RuntimeError: zzsecret poison", **fields):
    return Pending.objects.create(
        source=source, object_id=number, set_aside=True, tries=6, error=error, **fields
    )


def fail_for_good(things, number):
    pending.mark("thing", number)
    things.broken = {number}
    for _ in range(len(pending.PAUSES) + 1):
        Pending.objects.update(next_try=None)
        pending.drain()


def act(client, act, key="", source="index"):
    return client.post(reverse("jobs_settle"), {"source": source, "key": key, "act": act})


def test_what_fails_for_good_is_shown_by_number_and_owner_with_the_reason_in_words(
    client, system_admin, agency, make_document
):
    page = make_document(agency, title="zzsecret nháp", code="ZZSECRET-1")
    inside = make_document(
        agency, title="zzsecret nội bộ", code="ZZSECRET-2", issued="2026-01-05", visibility="agency"
    )
    pending.flush()
    set_aside("draft", page.pk)
    set_aside(
        "document",
        inside.pk,
        "ValueError: failed to parse field [m]: Preview of field's value: 'zzsecret'",
    )
    set_aside("document", 99999)
    client.force_login(system_admin)
    html = client.get(reverse("jobs")).content.decode()
    assert f"Không lập chỉ mục được: bản thảo số {page.pk} của Sở Tư pháp" in html
    assert f"Không lập chỉ mục được: tài liệu số {inside.pk} của Sở Tư pháp" in html
    assert "Không lập chỉ mục được: tài liệu số 99999, đã xóa" in html
    assert "Máy tìm kiếm không nhận nội dung này." in html
    assert "Nội dung có chỗ không đọc được" in html
    assert "zzsecret" not in html.lower()


def test_what_everybody_may_read_is_shown_with_its_title(
    client, system_admin, agency, make_document
):
    page = make_document(
        agency, title="Đăng ký khai sinh", code="QT-01", issued="2026-01-05", visibility="public"
    )
    pending.flush()
    set_aside("document", page.pk)
    client.force_login(system_admin)
    assert (
        f"tài liệu số {page.pk} của Sở Tư pháp “QT-01 – Đăng ký khai sinh”"
        in client.get(reverse("jobs")).content.decode()
    )


def test_agencies_units_people_and_sources_without_a_name_are_shown_too(agency, system_admin):
    for source in ("agency", "unit", "nothing"):
        set_aside(source, agency.pk, "LookupError: no source is registered as x")
    set_aside("person", system_admin.pk + 1000)
    set_aside("person", system_admin.pk)
    shown = {t.key: (t.title, t.reason) for t in stuck.found()}
    assert shown[f"agency:{agency.pk}"][0] == "cơ quan Sở Tư pháp"
    assert shown[f"person:{system_admin.pk}"][0] == f"người dùng {system_admin.first_name}"
    assert (
        shown[f"person:{system_admin.pk + 1000}"][0]
        == f"người dùng số {system_admin.pk + 1000}, đã xóa"
    )
    assert shown[f"unit:{agency.pk}"][0] == f"đơn vị số {agency.pk}, đã xóa"
    assert shown[f"nothing:{agency.pk}"] == (
        f"nothing {agency.pk}",
        "Loại nội dung này không còn trong phần mềm.",
    )


def test_it_is_tried_again_and_then_found(client, system_admin, things):
    things[2] = entry("thing:2", "Đăng ký khai sinh")
    fail_for_good(things, 2)
    assert [t.key for t in stuck.found()] == ["thing:2"]
    things.broken = set()
    client.force_login(system_admin)
    assert act(client, "retry", "thing:2").status_code == 302
    assert stuck.found() == []
    pending.drain_all()
    assert [h.key for h in api.find("khai sinh", tokens=PUBLIC).hits] == ["thing:2"]


def test_it_is_given_up(client, system_admin, things):
    things[2] = entry("thing:2", "Đăng ký khai sinh")
    fail_for_good(things, 2)
    client.force_login(system_admin)
    act(client, "discard", "thing:2")
    assert not Pending.objects.exists()


def test_all_are_tried_again_at_once(client, system_admin, things, db):
    for number in range(3):
        set_aside("thing", number)
        things[number] = entry(f"thing:{number}", f"Kế hoạch {number}")
    client.force_login(system_admin)
    assert "Thử lại tất cả" in client.get(reverse("jobs")).content.decode()
    act(client, "retry_all")
    assert pending.waiting().count() == 3
    pending.drain_all()
    assert api.find("kế hoạch", tokens=PUBLIC).total == 3
    assert "Thử lại tất cả" not in client.get(reverse("jobs")).content.decode()


@pytest.mark.parametrize(
    "what", [("retry", "thing:9"), ("retry", "thing:abc"), ("retry", ""), ("burn", "thing:1")]
)
def test_what_is_not_there_is_not_found(client, system_admin, db, what):
    set_aside("thing", 1)
    client.force_login(system_admin)
    assert act(client, *what).status_code == 404
    assert act(client, "retry_all", source="due").status_code == 404
    assert act(client, "retry_all", source="none").status_code == 404
    assert pending.set_aside().count() == 1


def test_only_a_system_administrator_tries_again(client, officer, appoint, agency, db):
    set_aside("thing", 1)
    for person in (officer, appoint("admin", "agency_admin", agency)):
        client.force_login(person)
        for kind in ("retry", "retry_all", "discard"):
            act(client, kind, "thing:1")
    assert pending.set_aside().count() == 1


def test_an_object_is_shown_once_and_leaves_when_a_later_try_succeeds(things):
    things[2] = entry("thing:2", "Hai")
    set_aside("thing", 2)
    set_aside("thing", 2)
    set_aside("thing", 3)
    assert [t.key for t in stuck.found()] == ["thing:3", "thing:2"]
    pending.mark("thing", 2)
    pending.flush()
    assert [t.key for t in stuck.found()] == ["thing:3"]


def test_what_the_engine_refuses_in_a_rebuild_waits_with_the_rest(db):
    for _ in range(2):
        pending.set_aside_refused(
            {"thing:1": "ValueError: mapper_parsing_exception", "thing:2": "ValueError: too large"}
        )
    assert sorted(str(row) for row in pending.set_aside()) == ["thing:1", "thing:2"]
    assert {t.reason for t in stuck.found()} == {"Máy tìm kiếm không nhận nội dung này."}


def test_many_are_counted_and_the_latest_shown_with_the_same_few_queries(
    client, system_admin, agency, make_document, django_assert_num_queries
):
    client.force_login(system_admin)
    set_aside("document", 1)
    set_aside("draft", 1)
    client.get(reverse("jobs"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("jobs"))
    for number in range(2, 90):
        set_aside("document" if number % 2 else "draft", number)
    with django_assert_num_queries(len(few)):
        html = client.get(reverse("jobs")).content.decode()
    assert len(stuck.found()) == stuck.SHOWN
    assert "90 mục, mới nhất đứng trước." in html


def test_every_source_of_the_product_has_names(db):
    assert [name for name in registry._SOURCES if name not in registry._NAMES] == []
