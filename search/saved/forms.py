"""The form of a saved search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models import SavedSearch


class SavedSearchForm(forms.ModelForm):
    """The name, and whether news are mailed. The step checks whether the name is unique."""

    class Meta:
        model = SavedSearch
        fields = ["name", "mails"]
        help_texts = {
            "mails": _(
                "Mỗi ngày nhiều nhất một thư, gộp mọi tìm kiếm của bạn; chỉ khi có tài liệu mới mà bạn được xem."
            )
        }

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def validate_constraints(self) -> None:
        """Skipped: the constraint needs the user, whom only the step knows."""

    @property
    def values(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "mails": self.cleaned_data["mails"]}
