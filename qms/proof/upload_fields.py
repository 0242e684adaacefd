"""The form field for files that `qms.proof.uploads` stores."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from qms.errors import Refused
from qms.proof import uploads


class UploadField(forms.FileField):
    """A file, read while its form is checked, before the step takes any lock."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload, ready to be stored; None if there is none."""
        found = super().clean(data, initial)
        try:
            return uploads.prepare(found) if found else None
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
