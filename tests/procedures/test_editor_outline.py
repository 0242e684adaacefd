"""The outline of the editor names blocks for people."""

import pytest
from wagtail.admin.telepath import JSContext

from procedures.widgets import FormFileWidget, GridWidget, PictureWidget, TableWidget


@pytest.mark.parametrize("widget", [GridWidget({}), TableWidget(), PictureWidget(), FormFileWidget()], ids=lambda w: type(w).__name__)
def test_a_field_whose_value_is_for_machines_lends_no_words_to_the_outline(widget):
    context = JSContext()
    assert context.pack(widget)["_type"] == "qms.QuietWidget"
    scripts = str(context.media)
    assert scripts.index("telepath/widgets") < scripts.index("procedures/quiet")
