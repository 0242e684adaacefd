"""Documents as a kind of approval subject."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procedures import rules
from procedures.approval import issuing, sending, showing
from procedures.models import DocumentPage, Kind
from qms.access import Person
from qms.approvals import subjects
from qms.models import Approval


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=sending.KIND,
            label=_("Tài liệu"),
            rules=lambda: [(f"document:{kind.value}", kind.label) for kind in Kind],
            rule_of=rule_of,
            may_send=rules.may_draft,
            show=showing.show,
            url=lambda subject: reverse("wagtailadmin_pages:edit", args=[id_of(subject)]),
            carry_out=carry_out,
            on_done=issuing.on_done,
        )
    )


def carry_out(approval: Approval, user: Person) -> str:
    """The page where the clerk enters the decision."""
    return reverse("procedures_admin:decide", args=[approval.pk]) if rules.may_decide(user, approval) else ""  # fmt: skip


def id_of(subject: str) -> int:
    """The document's ID: "document:12" -> 12."""
    return int(subject.partition(":")[2])


def rule_of(subject: str) -> str:
    """The approval rule of a document, by its kind."""
    kind = DocumentPage.objects.filter(pk=id_of(subject)).values_list("kind", flat=True).first()
    return f"document:{kind or Kind.OTHER}"
