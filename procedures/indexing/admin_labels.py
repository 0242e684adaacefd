"""How failures of indexing are described to a system administrator: by number and agency, since
they may not read drafts and what is issued for one agency only."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from procedures.models import DocumentPage
from qms.models import Agency, Unit, User
from search import registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_names(
        "document",
        lambda ids: _owned(
            DocumentPage,
            ids,
            _("tài liệu số %(number)s của %(agency)s"),
            _("tài liệu số %(number)s, đã xóa"),
        ),
    )
    registry.register_names(
        "draft",
        lambda ids: _owned(
            DocumentPage,
            ids,
            _("bản thảo số %(number)s của %(agency)s"),
            _("bản thảo số %(number)s, đã xóa"),
        ),
    )
    registry.register_names(
        "unit",
        lambda ids: _owned(
            Unit, ids, _("đơn vị số %(number)s của %(agency)s"), _("đơn vị số %(number)s, đã xóa")
        ),
    )
    registry.register_names("person", people)
    registry.register_names(
        "agency",
        lambda ids: {
            pk: _("cơ quan %(name)s") % {"name": name}
            for pk, name in Agency.objects.filter(pk__in=ids).values_list("pk", "name")
        },
    )


def people(ids: Sequence[int]) -> Mapping[int, str]:
    found = {person.pk: str(person) for person in User.objects.filter(pk__in=ids)}
    return {
        pk: _("người dùng %(name)s") % {"name": found[pk]}
        if pk in found
        else _("người dùng số %(number)s, đã xóa") % {"number": pk}
        for pk in ids
    }


def _owned(model: Any, ids: Sequence[int], there: str, gone: str) -> Mapping[int, str]:
    owners = dict(model.objects.filter(pk__in=ids).values_list("pk", "agency__name"))
    return {
        pk: (there if pk in owners else gone) % {"number": pk, "agency": owners.get(pk, "")}
        for pk in ids
    }
