"""Template tags of the officer's pages."""

from typing import Any

from django import template

from procedures.flag_words import worded
from procedures.officer.listing import Asked

register = template.Library()


@register.simple_tag
def asked_url(asked: Asked, **changes: Any) -> str:
    """The URL of the register with part of its query changed."""
    return asked.address(**changes)


@register.filter
def of(names: dict[Any, Any], key: Any) -> Any:
    """The value of a dict under a key."""
    return names.get(key, "")


register.filter("worded", worded)
