"""Small words of the officer's templates."""

from typing import Any

from django import template

from procedures.flag_words import worded
from procedures.officer.listing import Asked

register = template.Library()


@register.simple_tag
def asked_url(asked: Asked, **changes: Any) -> str:
    """The address of the register with some of its question changed."""
    return asked.address(**changes)


@register.filter
def of(names: dict[Any, Any], key: Any) -> Any:
    """What a dict holds under a key."""
    return names.get(key, "")


register.filter("worded", worded)
