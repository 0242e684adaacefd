"""The approval kind of correction plans: one signature of an approver, unless a rule
requires more."""

import datetime
import json

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audits import sources
from audits.lifecycle import agreeing
from audits.models import Nonconformity
from qms import access
from qms.access import Person
from qms.approvals import steps, subjects
from qms.models import Agency, ApprovalItem, Meaning
from qms.roles import Role

KIND = agreeing.KIND
LABEL = _("Kế hoạch hành động khắc phục")


def register() -> None:
    subjects.add(
        subjects.Kind(
            name=KIND,
            label=LABEL,
            rules=lambda: [(KIND, LABEL)],
            rule_of=lambda subject: KIND,
            may_send=works_in,
            show=show,
            url=lambda subject: reverse("nonconformity", args=[subjects.number(subject)]),
            on_closed=agreeing.came_back,
            on_done=agreeing.agreed,
            called_off=lambda: Nonconformity.objects.filter(state__in=Nonconformity.ENDED),
            default_steps=(steps.Step(Meaning.APPROVED, steps.Who.ROLE, Role.APPROVER, days=5),),
        )
    )


def works_in(user: Person, agency: Agency) -> bool:
    """Whether the user works in the agency; the step checks who may send which plan."""
    return bool(access.roles_in(user, agency))


def show(item: ApprovalItem, data: bytes, before: bytes | None) -> SafeString:
    facts = json.loads(data)
    day = datetime.date.fromisoformat
    context = {
        "facts": facts,
        "source": sources.label(facts["source"]),
        "judge_on": day(facts["judge_on"]),
        "actions": [{**action, "due": day(action["due"])} for action in facts["actions"]],
        "before": json.loads(before) if before else None,
    }
    return render_to_string("audits/sealed_plan.html", context)
