"""The same as the Vietnamese, so that a date means the same in both languages."""

from qms.formats.vi.formats import *  # noqa: F403 - Django reads the names from here
