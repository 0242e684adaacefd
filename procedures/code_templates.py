"""The next free code of an agency, from its template for each kind of document."""

from django.utils.translation import gettext as _

from procedures.models import DocumentPage, Kind, Version
from qms.clock import today
from qms.errors import Refused
from qms.models import Agency, Unit
from qms.text.codes import next_code

# An agency's templates until it sets its own.
STANDARD: dict[str, str] = {
    Kind.PROCEDURE: "QT-{seq:02}/{unit}",
    Kind.FORM: "BM-{seq:02}/{unit}",
    Kind.POLICY: "CSCL-{seq:02}",
    Kind.OBJECTIVES: "MTCL-{seq:02}/{year}",
    Kind.MANUAL: "STCL-{seq:02}",
    Kind.INSTRUCTION: "HD-{seq:02}/{unit}",
    Kind.REGULATION: "QC-{seq:02}",
    Kind.OTHER: "TL-{seq:02}",
}


def template_for(agency: Agency, kind: str) -> str:
    return agency.code_templates.get(kind) or STANDARD.get(kind, STANDARD[Kind.OTHER])


def check_template(template: str) -> None:
    """Raises Refused, with the reason, for an invalid template."""
    try:
        next_code(template, [])
    except ValueError:
        raise Refused(
            _(
                "Kiểu “%(template)s” chưa đúng. Kiểu cần có {seq:02} cho số thứ tự, và chỉ dùng thêm {unit}, {agency}, {year}."
            )
            % {"template": template}
        ) from None


def taken_codes(agency: Agency, except_for: int | None = None) -> list[str]:
    """Every code in use or used before by the agency: its drafts' and all its versions'."""
    drafts = DocumentPage.objects.filter(agency=agency).exclude(pk=except_for).exclude(code="")
    versions = Version.objects.filter(agency=agency).exclude(document=except_for).exclude(code="")
    return [
        *drafts.values_list("code", flat=True),
        *versions.values_list("code", flat=True).distinct(),
    ]


def propose(
    agency: Agency, kind: str, unit: Unit | None = None, *, except_for: int | None = None
) -> str:
    """The next free code for a document of the kind; "" if the agency's template can't
    be filled."""
    try:
        return next_code(
            template_for(agency, kind),
            taken_codes(agency, except_for),
            unit=unit.code if unit else "",
            agency=agency.code,
            year=today().year,
        )
    except ValueError:
        return ""
