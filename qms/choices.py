"""Choices of form fields, set when the form is created because they depend on the user."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet


def offer(
    form: forms.BaseForm,
    name: str,
    rows: "QuerySet[Any]",
    *,
    called: Callable[[Any], str] | None = None,
) -> None:
    """Offers these rows, labelled by `called` or by their own names."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField), name
    field.queryset = rows
    if called is not None:
        field.label_from_instance = called  # type: ignore[assignment]  # how Django lets one label the rows of an existing field


def offer_values(form: forms.BaseForm, name: str, values: Iterable[tuple[str, Any]]) -> None:
    """Offers these values with their labels."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), name
    field.choices = list(values)
