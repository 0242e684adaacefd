"""Form fields shared by several packages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"]


class DayInput(AdminDateInput):
    """Wagtail's date picker. Keeps invalid input; Wagtail's own replaces it."""

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "validateOnBlur": False}


class PlainDayInput(forms.DateInput):
    """A text box for a day, for pages without Wagtail's scripts."""

    def __init__(self) -> None:
        attributes = {"placeholder": _("ngày/tháng/năm"), "inputmode": "numeric"}
        super().__init__(format="%d/%m/%Y", attrs=attributes)


class DayField(forms.DateField):
    """A date in the local format: 05/03/2026. Wagtail's date picker unless another widget
    is given."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2026.")},
        )
        attributes = {"placeholder": _("ngày/tháng/năm")}
        kwargs.setdefault("widget", DayInput(format="%d/%m/%Y", attrs=attributes))
        super().__init__(input_formats=DAY_FORMATS, **kwargs)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A number too large for an ID is refused as an invalid choice; Django would
    query SQLite for it, which fails."""

    LONGEST_ID = 18  # digits

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if len(str(pk)) > self.LONGEST_ID:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(pk)[: self.LONGEST_ID]},
                )
        return super().clean(value)
