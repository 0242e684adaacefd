"""The list of the city's templates: maintained by overseers and system administrators, used by
drafters."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from procedures import rules
from procedures.lifecycle import city_templates
from procedures.models import CityTemplate, Kind, Version
from qms import access
from qms.errors import Refused
from qms.roles import Role
from qms.text.codes import code_key
from qms.text.numbers import page_of
from qms.work import once
from search.words.vietnamese import sort_key

PER_PAGE = 50
NAMED = 5  # documents of one code listed in a message
_ADDRESS = re.compile(r"/([dv])/(\d{1,18})(?:/|\Z)")


@dataclass(frozen=True)
class Offered:
    """A template with its version in force; None if the user may see none. `own`: it belongs to the
    only agency where the user drafts, which revises or copies it instead of beginning from it."""

    template: CityTemplate
    version: Version | None
    own: bool = False


def opens(user: access.Person) -> bool:
    """Users of the list: those who maintain it, and drafters."""
    return rules.may_keep_city_templates(user) or bool(
        access.agencies_with(user, Role.OFFICER, Role.AUTHOR)
    )


def offered(user: access.Person, *, whole: bool = False) -> list[Offered]:
    """Templates that the user can start from, by kind and title; with `whole` also those without a
    version visible to them. A constant number of queries."""
    rows = list(CityTemplate.objects.all())
    versions = Version.objects.in_force().visible_to(access.tokens_for(user))
    found = versions.filter(document__in=[row.document_id for row in rows])
    held = {
        version.document_id: version
        for version in found.select_related("agency").defer("content").order_by("pk")
    }
    drafting = access.agencies_with(user, Role.OFFICER, Role.AUTHOR)
    made = [
        Offered(row, version, version is not None and drafting == {version.agency_id})
        for row in rows
        for version in [held.get(row.document_id)]
    ]
    return sorted((one for one in made if whole or one.version), key=_order)


def to_begin_from(user: access.Person) -> list[Offered]:
    """Those of other agencies, from which the user can start a document."""
    return [one for one in offered(user) if not one.own]


def _order(one: Offered) -> tuple[Any, ...]:
    if one.version is None:
        return (1, 0, sort_key(""), one.template.pk)
    return (
        0,
        list(Kind.values).index(one.version.kind),
        sort_key(one.version.title),
        one.template.pk,
    )


class TemplateForm(forms.Form):
    """Which document, by its code or address, and when to use it."""

    document = forms.CharField(
        label=gettext_lazy("Mã hiệu hoặc địa chỉ của tài liệu"),
        max_length=300,
        help_text=gettext_lazy("Ví dụ QT-01/VP, hoặc địa chỉ trang của tài liệu."),
        error_messages={"required": gettext_lazy("Hãy ghi mã hiệu hoặc địa chỉ của tài liệu.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Dùng khi nào"),
        max_length=city_templates.LONGEST_NOTE,
        required=False,
    )

    def __init__(self, *args: Any, user: access.Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readable = Version.objects.in_force().visible_to(access.tokens_for(user))

    def clean_document(self) -> int:
        typed = " ".join(self.cleaned_data["document"].split())
        found = list(self._named(typed).select_related("agency").order_by("pk")[: NAMED + 1])
        if not found:
            raise forms.ValidationError(
                _("Không có tài liệu nào đang có hiệu lực mang mã hiệu hoặc địa chỉ này.")
            )
        documents = {version.document_id: version for version in found}
        if len(documents) > 1:
            names = "; ".join(f"{v.title} ({v.agency.label})" for v in found[:NAMED])
            raise forms.ValidationError(
                _("Nhiều tài liệu mang mã hiệu này: %(names)s. Hãy ghi địa chỉ của tài liệu.")
                % {"names": names}
            )
        return found[0].document_id

    def _named(self, typed: str) -> Any:
        address = _ADDRESS.search(typed)
        if address is not None:
            wanted = {"d": "document", "v": "pk"}[address[1]]
            return self.readable.filter(**{wanted: int(address[2])})
        key = code_key(typed)
        return self.readable.filter(code_key=key) if key else self.readable.none()


@login_required
@once.per_form
def templates(request: HttpRequest) -> HttpResponse:
    """The list; its maintainers add to it here."""
    user = access.current_user(request)
    if not opens(user):
        raise Http404
    keeps = rules.may_keep_city_templates(user)
    if request.method == "POST" and not keeps:
        raise Http404
    form = TemplateForm(request.POST or None, user=user) if keeps else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                city_templates.keep(
                    form.cleaned_data["document"], form.cleaned_data["note"], by=user
                )
                sent.address = reverse("city_templates")
        except Refused as refusal:
            form.add_error("document", str(refusal))
        else:
            messages.success(request, _("Đã đặt làm bản mẫu của thành phố."))
            return redirect("city_templates")
    found = offered(user, whole=keeps)
    context = {
        "page": page_of(found, request.GET.get("page"), PER_PAGE),
        "total": len(found),
        "form": form,
        "drafts": bool(access.agencies_with(user, Role.OFFICER, Role.AUTHOR)),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "procedures/city_templates.html", context, status=status)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes one from the list."""
    user = access.current_user(request)
    if not rules.may_keep_city_templates(user):
        raise Http404
    city_templates.drop(pk, by=user)
    messages.success(request, _("Đã bỏ khỏi bản mẫu của thành phố."))
    return redirect("city_templates")
