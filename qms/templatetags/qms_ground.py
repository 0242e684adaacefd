"""Template tags shared by all apps."""

from django import template

from qms.accounts import devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """A browser and its machine in words."""
    return devices.in_words(user_agent)
