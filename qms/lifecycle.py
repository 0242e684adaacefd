"""What happens to agencies: each step one transaction with its history."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Locale, Page

from qms import history
from qms.models import Agency, AgencyPage, User


@transaction.atomic
def create_agency(*, code: str, name: str, kind: str = Agency.Kind.DEPARTMENT, by: User | None = None, **fields: Any) -> Agency:
    """Makes an agency and the folder for its documents. Raises ValidationError where a field or the code does not fit."""
    agency = Agency(code=code.strip(), name=name.strip(), kind=kind, **fields)
    agency.full_clean()
    agency.save()
    root().add_child(instance=AgencyPage(title=agency.name, slug=f"{slugify(agency.code) or 'co-quan'}-{agency.pk}", agency=agency, live=False))
    history.record("agency_created", f"agency:{agency.pk}", agency=agency, by=by, code=agency.code, name=agency.name)
    return agency


def root() -> Page:
    """The root of the page tree; made where it is missing."""
    page = Page.get_first_root_node()
    if page is None:
        Locale.objects.get_or_create(language_code="vi")
        page = Page.add_root(instance=Page(title="Root", slug="root"))
    return page
