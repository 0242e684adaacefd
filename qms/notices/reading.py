"""Notices count as read once their person opened them or said so. What was read is not mailed any more."""

from django.utils import timezone

from qms.models import Notice


def read(person: int, *, pk: int | None = None, upto: int | None = None) -> int:
    """Marks one of the person's notices, or all up to a number, as read. Returns how many were unread until now."""
    rows = Notice.objects.filter(person=person).unread()
    rows = rows.filter(pk=pk) if pk is not None else rows.filter(pk__lte=upto)
    return rows.update(read_at=timezone.now())
