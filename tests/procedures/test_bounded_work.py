"""An author's input is read in linear time, before anything is locked, and refused if it is too
large."""

import json

import pytest
from django.core.exceptions import ValidationError
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from procedures.changes import redline, words
from procedures.content import markup
from procedures.editor import rich_text
from procedures.editor.blocks import TEXT_FEATURES, ProseBlock, TableBlock
from procedures.editor.grids import clean_grid
from tests.conftest import content


def contentstate(*texts, styles=()):
    blocks = [
        {
            "key": f"k{n}",
            "text": text,
            "type": "unstyled",
            "depth": 0,
            "inlineStyleRanges": list(styles),
            "entityRanges": [],
        }
        for n, text in enumerate(texts)
    ]
    return json.dumps({"blocks": blocks, "entityMap": {}})


class Children(list):
    """Counts the traversals of all children of an element."""

    walks = 0

    def __contains__(self, one):
        Children.walks += 1
        return super().__contains__(one)


def test_no_element_is_looked_for_among_all_children_of_its_parent():
    """This made a paragraph of line breaks quadratic."""
    ContentstateConverter(TEXT_FEATURES)  # the engine is chosen when a converter is made
    Children.walks = 0
    parent = DOM.create_element()
    parent.children = Children()
    line = DOM.create_element("br")
    for child in (line, "a", "a", line, DOM.create_element("br")):
        DOM.append_child(parent, child)
    assert [getattr(child, "type", child) for child in parent.children] == ["br", "a", "a", "br"]
    assert Children.walks == 0


def test_the_editors_converter_uses_that_engine():
    converter = ContentstateConverter(TEXT_FEATURES)
    assert DOM.dom is rich_text.LinearDOM
    html = converter.to_database_format(contentstate("a\nb", "c" * 3))
    assert markup.clean_text(html).count("<br>") == 1


def test_ten_thousand_line_breaks_are_read():
    block = ProseBlock(features=TEXT_FEATURES, required=False)
    value = block.value_from_datadict({"t": contentstate("\n" * 10_000)}, {}, "t")
    assert block.clean(value).source.count("<br") == 10_000


@pytest.mark.parametrize(
    "raw",
    [
        contentstate("\n" * 140_000),
        contentstate("a" * rich_text.LONGEST),
        contentstate(*["x"] * 20_001),
        contentstate(
            "a" * 50, styles=[{"offset": 0, "length": 50, "style": "BOLD"} for _ in range(500)]
        ),
    ],
    ids=["breaks", "long", "paragraphs", "styles on styles"],
)
def test_a_text_too_large_is_refused_unread_and_shown_again(raw):
    block = ProseBlock(features=TEXT_FEATURES, required=False)
    value = block.value_from_datadict({"t": raw}, {}, "t")
    with pytest.raises(ValidationError):
        block.clean(value)
    assert block.get_form_state(value) == raw


def test_tables_too_large_or_too_deep_are_refused_before_they_are_read():
    with pytest.raises(ValidationError):
        TableBlock().clean("<ul><li>" * 20_000)
    with pytest.raises(ValidationError):
        TableBlock().clean("a" * (rich_text.LONGEST + 1))
    cell = {"kind": "row", "cells": ["<b>" * 500]}
    with pytest.raises(ValidationError):
        clean_grid({"columns": [{"role": "note", "label": ""}], "rows": [cell]})
    assert not markup.too_deep("<p>a<br>b</p>" * 1_000 + "<br>" * 1_000)


def test_empty_paragraphs_at_the_end_of_a_cell_go_however_many_there_are():
    assert markup.clean_cell("<p>a</p>" + "<p> </p>" * 5_000) == "<p>a</p>"
    kept = "<p> </p>" * 5_000 + "x"
    assert markup.clean_cell(kept) == kept
    assert markup.clean_cell("<p>a</p><p>&nbsp;<br></p> \n<p></p>") == "<p>a</p>"


def test_texts_too_long_to_be_compared_word_by_word_are_shown_whole():
    old, new = (" ".join(f"{letter}{n}" for n in range(6_000)) for letter in "ab")
    assert words.compare(old, new) == (("-", old), ("+", new))
    many = [f"dòng {n}" for n in range(6_000)]
    before, after = content(*many), content(*(line + " mới" for line in many))
    section = redline.compare(redline.State(before), redline.State(after)).sections[0]
    assert {line.kind for line in section.parts} == {"changed"}


def test_a_comparison_spends_no_more_than_its_budget():
    budget = words.Budget(pairs=100, ratios=10)
    assert words.compare("a b c", "a x c", budget) == (
        ("=", "a "),
        ("-", "b"),
        ("+", "x"),
        ("=", " c"),
    )
    assert budget.pairs == 99
    longer = [" ".join(f"{letter}{n}" for n in range(20)) for letter in "ab"]
    assert words.compare(*longer, budget) == (("-", longer[0]), ("+", longer[1]))
    assert budget.pairs == 99


@pytest.mark.parametrize("odd", ["a.", "1/", "<", "[", "a1-", "ạ ", "\t", "1:"])
def test_odd_text_of_400_kb_is_compared_and_nothing_of_it_is_lost(odd):
    text = odd * (400_000 // len(odd))
    pieces = words.compare(text, "x" + text + "y")
    assert (words.side(pieces, "-"), words.side(pieces, "+")) == (text, "x" + text + "y")


def test_a_table_of_many_columns_that_all_changed_is_compared_in_bounded_work():
    def grid(sign):
        columns = [{"role": "note", "label": f"{sign}{n}"} for n in range(500)]
        rows = [{"kind": "row", "cells": [f"{sign}{n}.{m}" for n in range(500)]} for m in range(60)]
        block = {"type": "grid", "subject": "", "columns": columns, "rows": rows}
        return redline.State({"sections": [{"kind": "other", "blocks": [block]}]})

    (table,) = redline.compare(grid("a"), grid("b")).sections[0].parts
    assert {row.kind for row in table.rows} == {"changed"}
