"""The editor's details of an imported draft: the place of a warning, the facts on the cover; and
folded sections."""

import re

import pytest
from django.urls import reverse
from lxml import html

from procedures.editor import blocks, places

pytestmark = pytest.mark.django_db
STEPS = {
    "type": "grid",
    "subject": "steps",
    "columns": [{"role": "number", "label": "TT"}, {"role": "action", "label": "Việc"}],
    "rows": [{"kind": "row", "cells": ["1", "Tiếp nhận"]}],
}
TEXT = {"type": "text", "html": "<p>Chữ sai m· ở đây.</p>"}
COVER = (
    "<table><tbody><tr><td>Mã hiệu:</td><td><p>QT-01</p></td></tr>"
    "<tr><td><p>Lần ban hành: 02</p><p></p></td><td>Ngày: 05/01/2026</td></tr>"
    "<tr><td>Soạn thảo</td><td>Xem xét</td><td>Phê duyệt</td></tr>"
    "<tr><td>Lời dài hơn sáu mươi chữ cái thì không phải là một nhãn nữa rồi, thật</td><td>kia</td></tr></tbody></table>"
)


def section(title, *found, place="body", kind="content"):
    return {"kind": kind, "place": place, "number": "", "title": title, "blocks": list(found)}


def content():
    picture = {"type": "picture", "sha256": "", "described_by": "place"}
    return {
        "sections": [
            section(
                "", {"type": "table", "html": COVER}, TEXT | {"html": "<p>SỞ A</p>"}, place="front"
            ),
            section("", {"type": "table", "html": COVER}, place="margin"),
            section("MỤC LẠ", TEXT),
            section("NỘI DUNG", STEPS, picture),
        ]
    }


@pytest.mark.parametrize(
    ("flag", "where"),
    [
        ({"code": "unknown_section", "values": ["MỤC LẠ"]}, [2]),
        ({"code": "steps_exceed_time_limit", "values": ["", "3 ngày", "2 ngày"]}, [3]),
        ({"code": "low_confidence", "values": ["steps"]}, [3]),
        ({"code": "low_confidence", "values": ["records"]}, []),
        ({"code": "picture_without_description", "values": ["Hình 1"]}, [3]),
        ({"code": "garbled_text", "values": ["sai m·"]}, [2]),
        ({"code": "missing_code", "values": []}, []),
        ({"code": "missing_code"}, []),
    ],
    ids=lambda value: value["code"] if isinstance(value, dict) else str(value),
)
def test_a_warning_leads_to_the_sections_that_it_is_about(flag, where):
    assert places.sections_of(flag, content()) == where


def test_cover_and_margins_are_facts_each_once():
    assert places.cover(content()) == [
        ("Mã hiệu", "QT-01"),
        ("Lần ban hành", "02"),
        ("Ngày", "05/01/2026"),
        ("", "Soạn thảo · Xem xét · Phê duyệt"),
        ("", "Lời dài hơn sáu mươi chữ cái thì không phải là một nhãn nữa rồi, thật · kia"),
        ("", "SỞ A"),
    ]


def test_odd_tables_are_no_error():
    odd = "<table><tr><td>a<table><tr><td>Số</td><td>5</td></tr></table></td><td>ngoài</td></tr></table>"
    found = places.cover(
        {
            "sections": [
                section("", {"type": "table", "html": odd}, {"type": "table"}, place="front")
            ]
        }
    )
    assert ("Số", "5") in found and ("", "ngoài") in found
    assert places.cover({"sections": []}) == []


def test_sections_come_folded_and_their_place_behind_a_button():
    body = blocks.DocumentBody()
    assert body.meta.collapsed
    layout = body.child_blocks["section"].get_form_layout()
    assert (layout.children, layout.settings) == (["number", "title", "kind", "blocks"], ["place"])


def test_the_editor_shows_outline_facts_and_places(client, make_document, agency, officer):
    page = make_document(agency, officer, body=content())
    page.flags = [{"code": "unknown_section", "values": ["MỤC LẠ"]}]
    page.save(update_fields=["flags"])
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    root = html.fromstring(
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    )
    assert root.xpath("//*[@data-controller='qms-outline']//nav[@aria-label='Mục lục bản thảo']")
    (code,) = root.xpath("//@data-qms-outline-form-code-value")  # lines with one count as forms
    assert re.search(code, "- BM-01/QT-88/TLĐ: Tờ khai") and not re.search(code, "- Tờ khai")
    facts = [dt.text_content().strip() for dt in root.xpath("//dl[@class='qms-facts']//dt")]
    assert facts[:3] == ["Mã hiệu", "Lần ban hành", "Ngày"]
    assert "Ghi chú khi nhập tệp" in root.text_content()  # a remark is nothing to look at again
    (remark,) = root.xpath("//*[@data-qms-flags-target='flag'][@data-remark]")
    assert remark.text_content().split()[:2] == ["Ghi", "chú:"]
    (link,) = root.xpath("//*[@data-qms-flags-target='flag']//a[@data-section]")
    ids = [item["id"] for item in page.body.get_prep_value()]
    assert link.get("href") == f"#block-{ids[2]}-section"
    assert link.text_content().strip() == "MỤC LẠ"


def test_clauses_are_boxes_to_tick_each_with_its_name(client, make_document, agency, officer):
    page = make_document(agency, officer)
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    root = html.fromstring(
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    )
    boxes = root.xpath("//input[@type='checkbox'][@name='clauses']")
    assert len(boxes) > 20
    named = {box.getparent().text_content().split()[0] for box in boxes}
    assert {"7.5", "8.1", "9.2"} <= named
