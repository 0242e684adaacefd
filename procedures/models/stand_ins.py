"""Pictures that browsers don't display, and the PNG that is shown in their place
(`ShownPicture`)."""

from collections.abc import Iterable

from procedures.models.files import ShownPicture
from qms.models import StoredFile

NOT_DRAWN = (
    "image/wmf",
    "image/x-wmf",
    "image/emf",
    "image/x-emf",
    "image/tif",
    "image/bmp",
    "image/x-ms-bmp",
)


def needs_stand_in(mime: str) -> bool:
    return mime.startswith(NOT_DRAWN)


def shown_of(digests: Iterable[str]) -> dict[str, StoredFile]:
    """{SHA-256 of a picture: the PNG shown for it}; without those that need none, or have
    none yet."""
    found = ShownPicture.objects.filter(
        original__in=list(digests), shown__isnull=False
    ).select_related("shown")
    return {row.original_id: row.shown for row in found if row.shown is not None}


def missing(digests: Iterable[str]) -> list[str]:
    """The pictures that need a replacement and were not tried yet."""
    files = StoredFile.objects.in_bulk(list(digests))
    wanted = [sha for sha, file in files.items() if needs_stand_in(file.mime)]
    tried = set(
        ShownPicture.objects.filter(original__in=wanted).values_list("original_id", flat=True)
    )
    return [sha for sha in wanted if sha not in tried]
