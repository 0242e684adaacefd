"""Who may import, and what the steps of an import ask first."""

from django.utils.translation import gettext as _

from procedures import rules
from procedures.models import ImportItem
from qms.errors import Refused
from qms.models import Agency, User


def require(by: User | None, agency: Agency) -> None:
    """Raises Refused for whoever may not import into the agency; nobody is the command line."""
    if by is not None and not rules.may_import(by, agency):
        raise Refused(_("Chỉ thư ký ISO của %(agency)s được nhập tệp.") % {"agency": agency})


def held(item: ImportItem, by: User | None) -> ImportItem:
    """The item, its row locked until the transaction ends. Raises Refused for the wrong role."""
    item = (
        ImportItem.objects.select_for_update(of=("self",))
        .select_related("batch__agency", "file")
        .get(pk=item.pk)
    )
    require(by, item.batch.agency)
    return item
