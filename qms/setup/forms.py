"""Forms of the pages that set up an agency."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qms.choices import offer_values
from qms.models import Agency
from qms.roles import CITY_ROLES, Role
from qms.setup.people_sheet import MOST_BYTES


class AgencyForm(forms.ModelForm):
    """The facts of a new agency."""

    class Meta:
        model = Agency
        fields = ["name", "code", "kind", "short_name", "governing_body"]
        help_texts = {"governing_body": _("Ví dụ: UBND thành phố Huế. Có thể để trống.")}


class UnitsForm(forms.Form):
    """Many units at once, one per line."""

    units = forms.CharField(
        label=_("Các đơn vị, mỗi dòng một đơn vị"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Muốn ghi cả mã thì viết mã trước dấu chấm phẩy, ví dụ: VP; Văn phòng"),
        max_length=20_000,
    )

    def clean_units(self) -> list[tuple[str, str]]:
        """Pairs of code and name, without duplicate names."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["units"].splitlines():
            code, mark, name = line.partition(";")
            if not mark:
                code, name = "", line
            name, code = " ".join(name.split()), code.strip()
            if not name and code:
                name, code = code, ""
            if len(name) > 250 or len(code) > 30:
                raise ValidationError(_("Dòng “%(line)s” quá dài.") % {"line": line[:60]})
            if name:
                found.setdefault(name, code)
        return [(code, name) for name, code in found.items()]


class PersonRow(forms.Form):
    """One person of a typed list."""

    name = forms.CharField(label=_("Họ và tên"), max_length=150, required=False)
    username = forms.CharField(label=_("Tên đăng nhập"), max_length=60, required=False)
    email = forms.CharField(label=_("Thư điện tử"), max_length=200, required=False)
    unit = forms.ChoiceField(label=_("Đơn vị"), required=False)
    post = forms.CharField(label=_("Chức vụ"), max_length=150, required=False)
    roles = forms.ChoiceField(
        label=_("Vai trò"),
        required=False,
        choices=[(v, label) for v, label in Role.choices if v not in CITY_ROLES],
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[str] = []  # errors that the check of the whole list found in this row
        offer_values(
            self,
            "unit",
            [("", ""), *((name, name) for name in agency.units.values_list("name", flat=True))],
        )


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label=_("Tệp danh sách (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )

    def clean_sheet(self) -> bytes:
        file = self.cleaned_data["sheet"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("Tệp lớn hơn 5 MB. Hãy chia danh sách thành nhiều tệp."))
        return file.read()
