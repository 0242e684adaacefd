"""Marks notices as read, once the recipient opened or marked them. Read notices are not mailed."""

from django.utils import timezone

from qms.models import Notice


def read(person: int, *, pk: int | None = None, upto: int | None = None) -> int:
    """Marks one of the person's notices, or all up to an ID, as read. Returns how many
    were unread."""
    rows = Notice.objects.filter(person=person).unread()
    rows = rows.filter(pk=pk) if pk is not None else rows.filter(pk__lte=upto)
    return rows.update(read_at=timezone.now())
