"""Who may import, and what the steps of an import ask first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures import rules
from procedures.models import ImportItem
from qms import locks
from qms.errors import Refused
from qms.models import Agency, User


def require(by: User | None, agency: Agency) -> None:
    """Raises Refused for whoever may not import into the agency; nobody is the command line."""
    if by is not None and not rules.may_import(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được nhập tệp.") % {"agency": agency})


@dataclass(frozen=True)
class Turn:
    """An agency's turn to take files in: its other imports wait, and whoever imports was asked for the right to."""

    agency: Agency
    by: User | None


def take_turn(agency: Agency, by: User | None) -> Turn:
    """Waits for the agency's other imports, so that each sees the codes of the one before; lasts until the transaction ends.
    Raises Refused for the wrong role."""
    locks.hold(locks.Lock.IMPORTS, agency.pk)
    require(by, agency)
    return Turn(agency, by)


def locked(item: ImportItem) -> ImportItem:
    """The item, its row locked until the transaction ends."""
    return (
        ImportItem.objects.select_for_update(of=("self",))
        .select_related("batch__agency", "file")
        .get(pk=item.pk)
    )


def held(item: ImportItem, by: User | None) -> ImportItem:
    """The item, its row locked until the transaction ends. Raises Refused for the wrong role."""
    item = locked(item)
    require(by, item.batch.agency)
    return item
