"""Named locks, for what has no row of its own to lock. Each is held until the transaction ends; call
inside one.

A step takes its locks in this order: agency's codes or imports, then rows, then the journal
(`qms.proof.journal`). On SQLite nothing is needed: it has one writer at a time, and each transaction
begins as that writer."""

from enum import IntEnum
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from qms.errors import Refused

M = TypeVar("M", bound=Model)


class Lock(IntEnum):
    """The locks; the number identifies the lock in PostgreSQL."""

    CITY_CHAIN = 9001  # the journal's chain without an agency
    CODES = 9002  # an agency's codes: comparing a code with those in use
    IMPORTS = 9003  # an agency's imports of files
    PEOPLE = 9004  # an agency's lists of people; without an agency, the system administrators
    AGENCIES = 9005  # the list of agencies: their codes and successors
    UNITS = 9006  # an agency's units
    TABLES = 9007  # the search tables: synonyms and best bets
    RULES = 9008  # an agency's rules of approval; without an agency, the city's
    NOTICE_MAILS = 9009  # writing mails about notices
    QUESTIONS = 9010  # an agency's questions of audits; without an agency, the city's


def hold(lock: Lock, number: int = 0) -> None:
    """Waits for the lock and keeps it until the transaction ends. `number`: usually the agency's
    ID."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(lock), number])


def row(rows: "QuerySet[M]", pk: int) -> M:
    """The current row, locked until the transaction ends; others may refer to it meanwhile, as with
    every row lock here (`no_key`). Raises Refused if it was deleted meanwhile."""
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if found is None:
        raise Refused(_("Mục này vừa bị xóa. Hãy tải lại trang."))
    return found
