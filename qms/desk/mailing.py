"""A person's mail settings: the language, and at once, daily, weekly or never for each
group of notices."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qms import access
from qms.desk import counting
from qms.models import MailSettings, User, Way
from qms.notices import kinds


class MailForm(forms.Form):
    """A choice for each group, and the language."""

    language = forms.ChoiceField(label=gettext_lazy("Ngôn ngữ của thư"), choices=settings.LANGUAGES)

    def __init__(self, *args: object, held: MailSettings, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as forms.Form takes them
        self.held = held
        self.fields["language"].initial = held.language or settings.LANGUAGE_CODE
        for group in kinds.groups():
            can_be_off = kinds.may_be_switched_off(group.name)
            ways = [choice for choice in Way.choices if can_be_off or choice[0] != Way.NONE]
            chosen = held.ways.get(group.name, group.way)
            self.fields[f"way_{group.name}"] = forms.ChoiceField(
                label=group.label,
                choices=ways,
                initial=chosen if chosen in dict(ways) else group.way,
                help_text="" if kinds.all_optional(group.name) else MUST,
            )

    def save(self) -> None:
        """Saves the choices; two concurrent saves create one row."""
        chosen = {group.name: self.cleaned_data[f"way_{group.name}"] for group in kinds.groups()}
        MailSettings.objects.update_or_create(
            person=self.held.person,
            defaults={
                "language": self.cleaned_data["language"],
                "ways": {**self.held.ways, **chosen},
            },
        )


MUST = gettext_lazy("Việc bắt buộc phải ký hoặc phải làm luôn được gửi thư, kể cả khi đã tắt.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mail_settings(request: HttpRequest) -> HttpResponse:
    """The page of the user's own mail settings."""
    person: User = access.current_user(request)
    held = MailSettings.objects.filter(person=person).first() or MailSettings(person=person)
    form = MailForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu cách nhận thư."))
        return redirect("mail_settings")
    context = {"here": "settings", "form": form, "counts": counting.counts(request)}
    return render(request, "qms/desk/settings.html", context)
