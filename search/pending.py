"""The queue between content and the index."""

from search.models import Pending


def mark(source: str, object_id: int) -> None:
    """Says, inside the caller's transaction, that the entries of this object are out of date."""
    Pending.objects.create(source=source, object_id=object_id)
