"""A second record of the journal outside the database: a line for each act, added once it
is committed.

A damaged database can lose the newest acts together with every trace of them, and its owner can
truncate a chain or rewrite it entirely. The chain alone shows neither; the lines in
`QMS_DATA/journal.witness` do."""

import logging
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from qms.models import Agency, Event

log = logging.getLogger("qms.proof")
CITY = 0  # the chain without an agency


def path() -> Path:
    return Path(settings.QMS_DATA) / "journal.witness"


def note(event: Event) -> None:
    """Records the act as soon as its transaction is committed; a failure here does not affect
    the act."""
    line = f"{event.agency_id or CITY} {event.number} {event.digest}\n".encode()
    transaction.on_commit(lambda: _add(line), robust=True)


def _add(line: bytes) -> None:
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        # A single short write, so that lines of several processes do not mix
        os.write(handle, line)
        os.fdatasync(handle)
    finally:
        os.close(handle)


def faults() -> Iterator[str]:
    """Describes, for each chain, the recorded acts that are missing from the journal or differ."""
    for chain, noted in sorted(_noted().items()):
        acts = Event.objects.filter(agency=chain or None).values_list("number", "digest")
        gone = noted.difference(acts.iterator())
        if gone:
            agency = Agency.objects.filter(pk=chain).first()
            said = _(
                "%(chain)s: %(count)s sự kiện đã ghi nhận nay bị mất hoặc bị thay, "
                "từ số %(number)s; phiên bản ban hành lúc đó có thể đã mất."
            )
            yield said % {
                "chain": agency.code if agency else _("Toàn thành phố"),
                "count": len(gone),
                "number": min(gone)[0],
            }


def _noted() -> dict[int, set[tuple[int, str]]]:
    """The lines by chain. A line cut short by a power failure is skipped."""
    chains: dict[int, set[tuple[int, str]]] = defaultdict(set)
    try:
        lines = path().read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return chains
    for line in lines:
        words = line.split()
        if (
            len(words) == 3
            and words[0].isdecimal()
            and words[1].isdecimal()
            and len(words[2]) == 64
        ):
            chains[int(words[0])].add((int(words[1]), words[2]))
    return chains
