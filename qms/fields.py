"""Form fields that several rooms share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from qms.errors import Refused
from qms.proof import uploads

DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"]


class DayInput(AdminDateInput):
    """Wagtail's date picker. Keeps what was typed; Wagtail's own replaces an invalid date."""

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "validateOnBlur": False}


class PlainDayInput(forms.DateInput):
    """A text box for a day, for pages without Wagtail's scripts."""

    def __init__(self) -> None:
        attributes = {"placeholder": _("ngày/tháng/năm"), "inputmode": "numeric"}
        super().__init__(format="%d/%m/%Y", attrs=attributes)


class DayField(forms.DateField):
    """A day as it is written here: 05/03/2026. Wagtail's date picker unless another widget is given."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2026.")},
        )
        attributes = {"placeholder": _("ngày/tháng/năm")}
        kwargs.setdefault("widget", DayInput(format="%d/%m/%Y", attrs=attributes))
        super().__init__(input_formats=DAY_FORMATS, **kwargs)


class UploadField(forms.FileField):
    """A file that is kept as `qms.proof.uploads` keeps it; it is read here, before the step takes any lock."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload, ready to be stored; None where there is none."""
        found = super().clean(data, initial)
        try:
            return uploads.ready(found) if found else None
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
