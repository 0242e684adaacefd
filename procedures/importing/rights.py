"""Who may import; the checks and locks that begin each step of an import."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from procedures import rules
from procedures.lifecycle import taking_in
from procedures.models import ImportBatch, ImportItem
from qms import locks
from qms.errors import Refused
from qms.models import Agency, User


def require(by: User | None, agency: Agency) -> None:
    """Raises Refused if the user may not import into the agency; None is the command line,
    which may."""
    if by is not None and not rules.may_import(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được nhập tệp.") % {"agency": agency})


@dataclass(frozen=True)
class Turn:
    """Proof that the agency's import lock is held and that `by` may import; None is the
    command line."""

    agency: Agency
    by: User | None


def take_turn(agency: Agency, by: User | None) -> Turn:
    """Waits for the agency's other imports, so that each sees the previous one's codes; held until
    the transaction ends. Raises Refused for the wrong role."""
    locks.hold(locks.Lock.IMPORTS, agency.pk)
    require(by, agency)
    return Turn(agency, by)


def locked(item: ImportItem) -> ImportItem:
    """The item, with its row locked until the transaction ends."""
    return (
        ImportItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch__agency", "file")
        .get(pk=item.pk)
    )


def held(item: ImportItem, by: User | None) -> ImportItem:
    """The item, with its row locked until the transaction ends. Raises Refused for the
    wrong role."""
    item = locked(item)
    require(by, item.batch.agency)
    return item


def records(batch: ImportBatch) -> bool:
    """Whether accepting files of this batch creates versions; the officer is then shown first what
    they replace."""
    return batch.as_issued and taking_in.is_open(batch.agency_id)
