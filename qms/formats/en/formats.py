"""The same as the Vietnamese, so that a date means one day whoever reads it."""

from qms.formats.vi.formats import *  # noqa: F403 - Django reads the names from here
