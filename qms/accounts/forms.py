"""Forms of the pages where accounts begin and passwords are set."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qms.accounts.adapter import clean_username
from qms.models import User


class PasswordForm(forms.Form):
    """A new password, typed twice; the validators compare it with the facts of `person`."""

    password1 = forms.CharField(
        label=_("Mật khẩu mới"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Ít nhất 14 ký tự; một câu dễ nhớ là tốt nhất. Không dùng mật khẩu phổ biến hay giống tên của bạn."
        ),
    )
    password2 = forms.CharField(
        label=_("Nhập lại mật khẩu mới"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Hai lần nhập chưa giống nhau."))
        elif first:
            try:
                password_validation.validate_password(first, self.person or self.draft(data))
            except ValidationError as problem:
                self.add_error("password1", problem)
        return data

    def draft(self, data: dict[str, Any]) -> User:
        return User(
            username=data.get("username") or "",
            first_name=data.get("name") or "",
            email=data.get("email") or "",
        )


class FirstAdministratorForm(PasswordForm):
    name = forms.CharField(
        label=_("Họ và tên"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("Chữ không dấu, chữ số, dấu chấm hoặc gạch ngang, ví dụ “quantri”."),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ["name", "username", "email", "password1", "password2"]

    def clean_username(self) -> str:
        name = clean_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Tên đăng nhập này đã có người dùng."))
        return name
