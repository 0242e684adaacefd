"""The language of what is stored."""

from django.conf import settings
from django.utils import translation


def of_records() -> translation.override:
    """`with of_records():` words a text that is stored in the language of the documents, whichever
    language the screen of the person is in."""
    return translation.override(settings.LANGUAGE_CODE)
