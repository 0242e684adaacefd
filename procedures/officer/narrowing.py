"""*Thu hẹp phạm vi xem*: an officer restricts a version's readers immediately, with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures import lifecycle, rules
from procedures.models import Version, Visibility
from procedures.officer.common import (
    AuthenticatedRequest,
    crumb,
    for_drafters,
    show,
    version_or_404,
)
from qms.errors import Refused
from qms.work import once


class NarrowForm(forms.Form):
    """The remaining readers, and the reason."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Từ nay chỉ hiện với"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn phạm vi xem.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )

    def __init__(self, *args: Any, choices: list[Visibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["visibility"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in choices]


def visibility_of(version: Version) -> Visibility:
    """Who may read it now."""
    return Visibility(version.shown(version.acts.all()).visibility)


@for_drafters
@once.per_form
def narrow(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Asks for readers and reason, then restricts at once: no signature is needed."""
    version = version_or_404(request, pk)
    if not rules.may_withdraw(request.user, version):
        raise Http404
    now = visibility_of(version)
    form = NarrowForm(request.POST or None, choices=now.narrower())
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                sent.address = reverse("procedures_admin:document", args=[version.document_id])
                lifecycle.narrow(
                    version,
                    form.cleaned_data["visibility"],
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Đã thu hẹp phạm vi xem. Người phê duyệt của cơ quan được báo.")
            )
            return redirect(sent.address)
    return show(
        request,
        "narrow.html",
        _("Thu hẹp phạm vi xem"),
        {"document": version.document, "version": version, "form": form, "now": now},
        crumbs=[crumb(version.document)],
        icon="view",
    )
