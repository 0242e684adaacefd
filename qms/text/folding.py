"""Comparing names as people type them: ignoring diacritics and case."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from qms.text.marks import plain

M = TypeVar("M", bound=Model)


def fold(text: str) -> str:
    """`Nguyễn Văn Đức` -> `nguyen van duc`; runs of white space collapsed."""
    return " ".join(plain(text).split())


def matching(rows: "QuerySet[M]", words: str, fields: Iterable[str]) -> "QuerySet[M]":
    """The rows in which every word occurs in one of the fields, however it is typed. Reads the
    fields of all rows: for lists of people, units and agencies, which have thousands of rows at
    most."""
    wanted = fold(words).split()
    if not wanted:
        return rows
    found = []
    for pk, *texts in rows.order_by().values_list("pk", *fields).distinct():
        line = " ".join(fold(str(text)) for text in texts if text)
        if all(word in line for word in wanted):
            found.append(pk)
    return rows.filter(pk__in=set(found))
