"""The city's templates: documents from which every agency may start its own."""

from django.db import transaction
from django.utils.translation import gettext as _

from procedures import rules
from procedures.lifecycle.holding import hold_by_id
from procedures.models import CityTemplate, Version, Visibility
from qms import access
from qms.errors import Refused
from qms.models import User
from qms.proof import journal

LONGEST_NOTE = 300


@transaction.atomic
def keep(document: int, note: str, *, by: User) -> CityTemplate:
    """Makes a document a template of the city, or changes its note. Raises Refused for users who
    may not, and for a document without a version in force that every agency may read."""
    _require(by)
    page = hold_by_id(document)
    open_to_all = Version.objects.in_force().visible_to(access.tokens_for(by))
    if not open_to_all.filter(
        document=page.pk, visibility__in=[Visibility.PUBLIC, Visibility.CITY]
    ).exists():
        raise Refused(
            _(
                "Chỉ tài liệu đang có hiệu lực mà mọi cơ quan đều xem được mới làm bản mẫu của thành phố được."
            )
        )
    note = " ".join(note.split())[:LONGEST_NOTE]
    same = CityTemplate.objects.filter(document_id=page.pk, note=note).first()
    if same is not None:
        return same
    found, _made = CityTemplate.objects.update_or_create(
        document_id=page.pk, defaults={"note": note, "by": by}
    )
    journal.append("city_template_kept", f"document:{page.pk}", agency=None, by=by, note=note)
    return found


@transaction.atomic
def drop(pk: int, *, by: User) -> None:
    """Removes a document from the city's templates; documents started from it are unchanged. Does
    nothing if it is none. Raises Refused for users who may not."""
    _require(by)
    found = CityTemplate.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if found is None:
        return
    document = found.document_id
    found.delete()
    journal.append("city_template_dropped", f"document:{document}", agency=None, by=by)


def _require(by: User) -> None:
    if not rules.may_keep_city_templates(by):
        raise Refused(
            _("Chỉ giám sát cấp thành phố và quản trị hệ thống đặt bản mẫu của thành phố.")
        )
