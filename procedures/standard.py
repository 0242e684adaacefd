"""The standard is data: the clauses of an edition come from a file, and a further edition can be loaded beside it."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

ISO_9001_2015 = Path(settings.BASE_DIR) / "qms" / "data" / "clauses-9001-2015.toml"


def sort_key(number: str) -> str:
    """Clauses in the order of the standard: 9.3 before 10.1."""
    return ".".join(part.zfill(2) for part in number.split("."))


@transaction.atomic
def load_clauses(model: Any, path: Path = ISO_9001_2015) -> dict[str, Any]:
    """Puts an edition's clauses in the table of `model` (Clause, or its state in a migration); returns its rows by number.

    Titles that changed are mended, nothing is taken away. May run again."""
    with path.open("rb") as source:
        edition = tomllib.load(source)
    rows = [
        model(
            edition=edition["edition"],
            number=c["number"],
            title=c["title"],
            sort_key=sort_key(c["number"]),
        )
        for c in edition["clauses"]
    ]
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["edition", "number"],
        update_fields=["title", "sort_key"],
    )
    return {clause.number: clause for clause in model.objects.filter(edition=edition["edition"])}
