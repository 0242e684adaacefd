"""Widgets of the editor's own fields: plain form controls that a Stimulus controller enhances."""

import json
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import WidgetAdapter

from procedures.files import anchor_of


class OwnWidget(forms.Widget):
    """Renders `own_template` from the project's templates (Django's form renderer
    looks elsewhere)."""

    own_template = ""

    def extra_context(self, value: Any) -> dict[str, Any]:
        return {}

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        context = self.get_context(name, value, attrs)
        return render_to_string(self.own_template, {**context, **self.extra_context(value)})

    @property
    def media(self) -> forms.Media:
        return forms.Media(
            js=[
                versioned_static(f"procedures/{name}.js")
                for name in ("editor", "grid", "table", "fields", "outline")
            ],
            css={"all": [versioned_static("procedures/admin.css")]},
        )


class GridWidget(OwnWidget, forms.Textarea):
    own_template = "procedures/admin/widgets/grid.html"

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def extra_context(self, value: Any) -> dict[str, Any]:
        return {"options": json.dumps(self.options, cls=DjangoJSONEncoder, ensure_ascii=False)}


class TableWidget(OwnWidget, forms.Textarea):
    own_template = "procedures/admin/widgets/table.html"


class PictureWidget(OwnWidget, forms.TextInput):
    own_template = "procedures/admin/widgets/picture.html"

    def extra_context(self, value: Any) -> dict[str, Any]:
        return {
            "upload_url": reverse("procedures_admin:picture_upload"),
            "show_url": reverse("procedures_admin:picture", args=["TOKEN"]),
        }


class FormFileWidget(OwnWidget, forms.TextInput):
    """The file of a form: a signed token of a stored file; its name is in a separate field next to
    it."""

    own_template = "procedures/admin/widgets/file.html"

    def extra_context(self, value: Any) -> dict[str, Any]:
        sha256 = str(value or "").partition(":")[0]  # prefix of the signed token
        addresses = {
            "upload_url": reverse("procedures_admin:file_upload"),
            "show_url": reverse("procedures_admin:file", args=["TOKEN"]),
        }
        return {**addresses, "anchor": anchor_of({"sha256": sha256}) if sha256 else ""}


class SignersWidget(OwnWidget, forms.Textarea):
    """Rows of role, name and post over a JSON list."""

    own_template = "procedures/admin/widgets/signers.html"

    def __init__(self, roles: list[tuple[str, Any]]) -> None:
        self.roles = roles
        super().__init__()

    def extra_context(self, value: Any) -> dict[str, Any]:
        return {"roles": json.dumps(self.roles, cls=DjangoJSONEncoder, ensure_ascii=False)}


class ClausesWidget(OwnWidget, forms.CheckboxSelectMultiple):
    """The clauses of the standard as check boxes, filtered by words or numbers."""

    own_template = "procedures/admin/widgets/clauses.html"


class CodeWidget(OwnWidget, forms.TextInput):
    """A code, with a button that fills in the next free number of the agency's template."""

    own_template = "procedures/admin/widgets/code.html"
    proposal_url = ""

    def extra_context(self, value: Any) -> dict[str, Any]:
        return {"proposal_url": self.proposal_url}


class QuietAdapter(WidgetAdapter):
    """For fields whose value is not readable text: the editor's outline then names the block by its
    kind."""

    js_constructor = "qms.QuietWidget"

    @cached_property
    def media(self) -> forms.Media:
        return super().media + forms.Media(
            js=[
                versioned_static("wagtailadmin/js/telepath/widgets.js"),
                versioned_static("procedures/quiet.js"),
            ]
        )


for quiet in (GridWidget, TableWidget, PictureWidget, FormFileWidget):
    register(QuietAdapter(), quiet)
