"""Wagtail's link dialogues, with Vietnamese labels for their fields."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers
from wagtail.admin.views import chooser

LINK_LABELS = {
    "link_text": _("Chữ hiển thị"),
    "email_address": _("Địa chỉ thư điện tử"),
    "phone_number": _("Số điện thoại"),
    "subject": _("Tiêu đề thư"),
    "body": _("Nội dung thư"),
}


class Labelled(Form):
    """A form of Wagtail's link dialogues whose fields lack Vietnamese labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & LINK_LABELS.keys():
            self.fields[name].label = LINK_LABELS[name]


def labelled(form: type[Form]) -> type[Form]:
    return type(form.__name__, (Labelled, form), {})


class AnchorLink(chooser.AnchorLinkView):
    form_class = labelled(choosers.AnchorLinkChooserForm)


class EmailLink(chooser.EmailLinkView):
    form_class = labelled(choosers.EmailLinkChooserForm)


class PhoneLink(chooser.PhoneLinkView):
    form_class = labelled(choosers.PhoneLinkChooserForm)


class ExternalLink(chooser.ExternalLinkView):
    """Wagtail's dialogue for an external link. A form without a URL is refused; Wagtail would fail
    on it."""

    form_class = labelled(choosers.ExternalLinkChooserForm)

    def post(self, request: HttpRequest) -> HttpResponse:
        if f"{self.form_prefix}-{self.link_url_field_name}" not in request.POST:
            return HttpResponseBadRequest()
        return super().post(request)
