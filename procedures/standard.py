"""The standard is data: the clauses of an edition come from a file, and a further edition can be loaded beside it."""

import tomllib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from procedures.models import Clause

ISO_9001_2015 = Path(settings.BASE_DIR) / "qms" / "data" / "clauses-9001-2015.toml"


def sort_key(number: str) -> str:
    """Clauses in the order of the standard: 9.3 before 10.1."""
    return ".".join(part.zfill(2) for part in number.split("."))


@transaction.atomic
def load_clauses(path: Path = ISO_9001_2015) -> list[Clause]:
    """Puts an edition's clauses in the database; titles that changed are mended, nothing is taken away. May run again."""
    with path.open("rb") as source:
        edition = tomllib.load(source)
    clauses = [Clause(edition=edition["edition"], number=c["number"], title=c["title"], sort_key=sort_key(c["number"])) for c in edition["clauses"]]
    Clause.objects.bulk_create(clauses, update_conflicts=True, unique_fields=["edition", "number"], update_fields=["title", "sort_key"])
    return list(Clause.objects.filter(edition=edition["edition"]))
