"""Nothing of a document is lost between its neutral content, the editor's form and back."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from procedures.content import markup, stream
from procedures.editor import blocks
from procedures.editor import grids as editor_grids
from procedures.models import ProcedurePage
from qms.proof import store
from tests.issuing import issue as issue_now

TRIALS = 3000 if os.environ.get("QMS_TORTURE") else 60

SHA = "a" * 64
letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)
plain = letters.map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
inline = st.one_of(
    plain,
    plain.map(lambda t: f"<strong>{t}</strong>"),
    plain.map(lambda t: f"<em>{t}</em>"),
    plain.map(lambda t: f"<u>x{t}</u>"),
)
paragraph = st.lists(inline, max_size=3).map(lambda parts: f"<p>{''.join(parts)}</p>")
bullets = st.lists(plain, min_size=1, max_size=3).map(
    lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"
)
fragment = st.lists(st.one_of(paragraph, bullets), max_size=3).map("".join)
tables = st.lists(plain, min_size=2, max_size=4).map(
    lambda c: (
        f'<table><tbody><tr><td rowspan="2">{c[0]}</td><td>{c[1]}</td></tr><tr><td>{c[-1]}</td></tr></tbody></table>'
    )
)


@st.composite
def grids(make):
    subject = make(st.sampled_from(sorted(editor_grids.SUBJECTS)))
    columns = make(
        st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(editor_grids.SUBJECTS[subject]), "label": letters}
            ),
            min_size=1,
            max_size=5,
        )
    )
    row = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(sorted(editor_grids.ROW_KINDS)),
            "cells": st.lists(
                st.one_of(plain, fragment), min_size=len(columns), max_size=len(columns)
            ),
        }
    )
    return {
        "type": "grid",
        "subject": subject,
        "columns": columns,
        "rows": make(st.lists(row, max_size=4)),
    }


block = st.one_of(
    fragment.map(lambda html: {"type": "text", "html": html}),
    st.builds(
        lambda n, t, level: {"type": "heading", "number": n, "title": t, "level": level},
        letters,
        letters,
        st.sampled_from([2, 3, 4]),
    ),
    tables.map(lambda html: {"type": "table", "html": html}),
    st.builds(
        lambda d, c: {
            "type": "picture",
            "sha256": SHA,
            "name": "a.png",
            "description": d,
            "caption": c,
            "described_by": "",
        },
        letters,
        letters,
    ),
    grids(),
)
section = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind for kind, _label in blocks.SECTION_KINDS]),
        "place": st.sampled_from([place for place, _label in blocks.PLACES]),
        "number": letters,
        "title": letters,
        "blocks": st.lists(block, max_size=4),
    }
)
contents = st.lists(section, max_size=3).map(lambda sections: {"sections": sections})


def words(content: dict) -> list[str]:
    """All texts of the content in order, without white space."""
    found = []
    for part in content["sections"]:
        found += [part["kind"], part["place"], part["number"], part["title"]]
        for one in part["blocks"]:
            found += [
                one["type"],
                one.get("number", ""),
                one.get("title", ""),
                markup.words_of(one.get("html", "")),
            ]
            found += [one.get("description", ""), one.get("caption", "")]
            found += [column["label"] for column in one.get("columns", [])]
            found += [
                markup.words_of(cell)
                for row in one.get("rows", [])
                for cell in [row["kind"], *row["cells"]]
            ]
    return ["".join(text.split()) for text in found]


@pytest.mark.torture
@pytest.mark.pure
@settings(max_examples=TRIALS, deadline=None)
@given(contents)
def test_content_comes_back_from_the_editors_form_as_it_went_in(content):
    field = ProcedurePage._meta.get_field("body")
    back = stream.to_content(field.to_python(json.dumps(stream.to_stream(content))))
    assert words(back) == words(content)
    assert stream.to_content(stream.to_stream(back)) == back


@pytest.mark.torture
@pytest.mark.pure
@settings(max_examples=TRIALS, deadline=None)
@given(grids())
def test_a_grid_that_is_cleaned_keeps_every_letter_and_is_clean(grid):
    once = editor_grids.clean_grid(grid)
    assert [markup.words_of(c) for r in once["rows"] for c in r["cells"]] == [
        markup.words_of(c) for r in grid["rows"] for c in r["cells"]
    ]
    assert editor_grids.clean_grid(once) == once


FULL = {
    "sections": [
        {
            "kind": "purpose",
            "place": "body",
            "number": "1.",
            "title": "MỤC ĐÍCH",
            "blocks": [
                {
                    "type": "text",
                    "html": '<p>Theo <strong>Nghị định</strong> <em>23/2015</em>, <u>gạch chân</u>, m<sup>2</sup>, H<sub>2</sub>O &amp; <a href="https://vbpl.vn/x">văn bản</a></p>'
                    "<ul><li>một</li><li>hai</li></ul><ol><li>ba</li></ol>",
                }
            ],
        },
        {
            "kind": "content",
            "place": "body",
            "number": "5.",
            "title": "NỘI DUNG",
            "blocks": [
                {"type": "heading", "number": "5.1.", "title": "Các bước", "level": 3},
                {
                    "type": "grid",
                    "subject": "steps",
                    "columns": [
                        {"role": "number", "label": "TT"},
                        {"role": "action", "label": "Trình tự"},
                        {"role": "duration", "label": "Thẩm định"},
                        {"role": "duration", "label": "Không"},
                    ],
                    "rows": [
                        {"kind": "phase", "cells": ["I", "Giai đoạn một", "", ""]},
                        {
                            "kind": "row",
                            "cells": [
                                "B1",
                                "<p>Nhận <strong>hồ sơ</strong></p><ul><li>a</li></ul>",
                                "1 ngày",
                                "2 giờ",
                            ],
                        },
                        {"kind": "row", "cells": ["", "", "3 ngày", ""], "merged": [0, 1]},
                        {"kind": "total", "cells": ["", "Cộng", "4 ngày", "2 giờ"]},
                    ],
                },
                {
                    "type": "table",
                    "html": '<table><thead><tr><th rowspan="2">Phí</th><th colspan="2">Mức</th></tr><tr><th>a</th><th>b</th></tr></thead>'
                    "<tbody><tr><td>x<table><tbody><tr><td>trong</td></tr></tbody></table></td><td>1</td><td>2</td></tr></tbody></table>",
                },
                {
                    "type": "picture",
                    "sha256": SHA,
                    "name": "so-do.png",
                    "description": "Sơ đồ",
                    "caption": "Hình 1",
                    "described_by": "caption",
                },
            ],
        },
    ]
}


def form_of(page, by=None) -> dict:
    """The data posted by an untouched editor, opened by the person `by` (default: the owner)."""
    by = by or page.owner_id
    body = []
    for child in page.body:
        inner = []
        for one in child.value["blocks"]:
            kind, value = one.block_type, one.value
            if kind == "text":
                value = rich_text(value.source, features=blocks.TEXT_FEATURES)
            elif kind == "picture":
                value = {**value, "sha256": blocks.sign_picture(value["sha256"], by)}
            elif kind != "heading" and kind != "table":
                value = json.dumps(value, ensure_ascii=False)
            inner.append((kind, value))
        body.append(
            (
                "section",
                {
                    **{k: child.value[k] for k in ("kind", "number", "title", "place")},
                    "blocks": streamfield(inner),
                },
            )
        )

    def day(value):
        return f"{value:%d/%m/%Y}" if value else ""

    return nested_form_data(
        {
            "title": page.full_title,
            "code": page.code,
            "unit": page.unit_id or "",
            "procedure_type": page.procedure_type,
            "national_code": page.national_code,
            "local_tail": page.local_tail,
            "field": page.field,
            "owner_post": page.owner_post,
            "issue_number": page.issue_number or "",
            "revision_number": page.revision_number or "",
            "issued_on": day(page.issued_on),
            "effective_on": day(page.effective_on),
            "visibility": page.visibility,
            "review_months": page.review_months or "",
            "signers": json.dumps(page.signers, ensure_ascii=False),
            "change_summary": page.change_summary,
            "body": streamfield(body),
            "comments": inline_formset([]),
        }
    )


@pytest.fixture
def page(make_document, agency, officer):
    page = make_document(
        agency,
        officer,
        body=FULL,
        signers=[{"role": "approved", "name": "Trần B", "post": "Giám đốc"}],
        change_summary="Lần đầu",
    )
    return ProcedurePage.objects.get(pk=page.pk)


def test_saving_the_editor_unchanged_loses_nothing(page, officer, client):
    client.force_login(officer)
    answer = client.post(f"/admin/pages/{page.pk}/edit/", form_of(page))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    after = ProcedurePage.objects.get(pk=page.pk)
    assert stream.to_content(after.body) == FULL
    assert (after.title, after.code, after.signers, after.change_summary, after.live) == (
        page.title,
        page.code,
        page.signers,
        page.change_summary,
        False,
    )
    assert after.revisions.count() == 2


def test_autosave_answers_json_and_keeps_what_is_typed(page, officer, client):
    client.force_login(officer)
    data = form_of(page) | {"change_summary": "đang gõ dở"}
    answer = client.post(
        f"/admin/pages/{page.pk}/edit/", data, headers={"accept": "application/json"}
    )
    assert answer.json()["success"] is True
    assert ProcedurePage.objects.get(pk=page.pk).change_summary == "đang gõ dở"


def test_autosave_never_writes_over_the_draft_that_was_issued(page, officer, client):
    import datetime

    issue_now(page, issued_on=datetime.date(2026, 1, 5), by=officer)
    page = ProcedurePage.objects.get(pk=page.pk)
    issued = page.latest_revision_id
    client.force_login(officer)
    data = form_of(page) | {
        "change_summary": "sau khi ban hành",
        "overwrite_revision_id": str(issued),
        "loaded_revision_id": str(issued),
    }
    assert (
        client.post(
            f"/admin/pages/{page.pk}/edit/", data, headers={"accept": "application/json"}
        ).json()["success"]
        is True
    )
    page.refresh_from_db()
    assert page.issued_revision_id == issued
    assert page.latest_revision_id != issued
    assert page.has_open_draft


def test_a_picture_that_this_server_never_gave_is_refused(page, officer, client):
    client.force_login(officer)
    foreign = store.add(b"\x89PNG of somebody else", "image/png").pk
    data = {
        key: foreign if key.endswith("sha256") else value for key, value in form_of(page).items()
    }
    assert client.post(f"/admin/pages/{page.pk}/edit/", data).status_code == 200
    assert foreign not in json.dumps(stream.to_content(ProcedurePage.objects.get(pk=page.pk).body))


def test_what_is_pasted_is_cleaned_and_unstorable_letters_go():
    assert (
        markup.clean_cell(
            '<p onclick="x()">a<script>alert(1)</script><span>b</span></p><p><br></p>'
        )
        == "<p>ab</p>"
    )
    assert markup.clean_text("a\x00b\ud800") == "ab"
    table = markup.clean_table(
        '<table><tr><td rowspan="2" style="x" onmouseover="y">a</td></tr></table><img src="http://x/y.png">'
    )
    assert table == '<table><tbody><tr><td rowspan="2">a</td></tr></tbody></table><img>'
