"""The checks of `manage.py check_proof`. Each app registers its own in `ready()`: functions that
yield each fault as a sentence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.proof import append_only, journal, witness

Check = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Part:
    name: str
    label: object  # its name in the command's output
    check: Check


_PARTS: dict[str, Part] = {}


def register(name: str, label: object, check: Check) -> None:
    _PARTS[name] = Part(name, label, check)


def all_parts() -> list[Part]:
    return list(_PARTS.values())


def trigger_faults() -> Iterator[str]:
    for name in append_only.missing():
        said = _("Trigger %(name)s thiếu hoặc đã bị sửa; hãy chạy manage.py protect_tables.")
        yield said % {"name": name}


def journal_faults() -> Iterator[str]:
    yield from journal.faults()
    yield from witness.faults()
