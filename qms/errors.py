"""Refusals of steps, with a message that gives advice."""

import errno

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError


class Refused(Exception):  # noqa: N818 - a refusal is not a fault of the program
    """A step was refused. `str()` is a message for the user, in their language."""


NOT_WRITABLE = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT})
DATABASE_MESSAGES = (
    "readonly database",
    "read-only transaction",
    "database or disk is full",
    "No space left",
)


def is_write_failure(problem: BaseException | None) -> bool:
    """Whether an error reports that a disk or database is full or read-only."""
    if isinstance(problem, OSError):
        return problem.errno in NOT_WRITABLE
    return isinstance(problem, DatabaseError) and any(w in str(problem) for w in DATABASE_MESSAGES)


def is_missing_row(problem: BaseException | None) -> bool:
    """Whether an error reports that a row, or one that it refers to, was deleted while it was being
    changed."""
    if isinstance(problem, ObjectDoesNotExist | IntegrityError):
        return True
    # Raised by `save(update_fields=…)` if the row no longer exists
    return type(problem) is DatabaseError
