"""Codes of documents: the templates that propose them, and conflicting uses."""

from django.db import transaction
from django.utils.translation import gettext as _

from procedures import rules, standing
from procedures.code_templates import check_template
from procedures.lifecycle.holding import hold_codes
from procedures.models import DocumentPage, Version
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, User
from qms.proof import journal


@transaction.atomic
def set_code_templates(agency: Agency, templates: dict[str, str], *, by: User | None) -> None:
    """Sets the agency's code templates. Raises Refused for an invalid template."""
    hold_codes(agency.pk)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if by is not None and not rules.may_set_codes(by, agency):
        raise Refused(
            _("Chỉ thư ký ISO của %(agency)s được đổi kiểu mã hiệu.") % {"agency": agency}
        )
    for template in templates.values():
        check_template(template)
    agency.code_templates = templates
    agency.save(update_fields=["code_templates"])
    journal.append(
        "code_templates_set", f"agency:{agency.pk}", agency=agency, by=by, templates=templates
    )


def clashes(page: DocumentPage) -> list[Version]:
    """Versions of other documents of the agency with the draft's code, in force now or later."""
    return _others_with(page.code_key, agency=page.agency_id, document=page.pk)


def clashes_of_version(version: Version) -> list[Version]:
    """The same for the code under which the version was issued; its draft may have a different one
    by now."""
    return _others_with(version.code_key, agency=version.agency_id, document=version.document_id)


def _others_with(code_key: str, *, agency: int, document: int) -> list[Version]:
    if not code_key:
        return []
    others = Version.objects.filter(agency=agency, code_key=code_key).exclude(document=document)
    found = standing.with_days_from(today(), others)
    return [version for version in others if version.pk in found]
