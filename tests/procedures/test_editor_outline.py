"""The outline of the editor names blocks for people."""

import pytest
from wagtail.admin.telepath import JSContext

from procedures.content.stream import to_stream
from procedures.editor.widgets import FormFileWidget, GridWidget, PictureWidget, TableWidget


@pytest.mark.parametrize(
    "widget",
    [GridWidget({}), TableWidget(), PictureWidget(), FormFileWidget()],
    ids=lambda w: type(w).__name__,
)
def test_a_field_whose_value_is_for_machines_lends_no_words_to_the_outline(widget):
    context = JSContext()
    assert context.pack(widget)["_type"] == "qms.QuietWidget"
    scripts = str(context.media)
    assert scripts.index("telepath/widgets") < scripts.index("procedures/quiet")


def test_the_outline_leads_to_each_block_of_an_imported_document():
    text = {"type": "text", "html": "<p>Lời văn.</p>"}
    grid = {
        "type": "grid",
        "subject": "steps",
        "columns": [{"role": "action", "label": "Việc"}],
        "rows": [],
    }
    section = {
        "kind": "content",
        "place": "body",
        "number": "1.",
        "title": "NỘI DUNG",
        "blocks": [text, text, grid],
    }
    stream = to_stream({"sections": [section, section]})
    ids = [block["id"] for s in stream for block in (s, *s["value"]["blocks"])]
    assert len(ids) == 8 and len({i for i in ids if i}) == 8
