"""The steps on an open nonconformity, each with its gate, its form and what it does."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from audits import correction_forms as forms
from audits import lifecycle
from audits.lifecycle import meanwhile
from audits.models import Nonconformity
from qms.clock import today
from qms.models import User

Gate = Nonconformity.Gate
UNTIL_JUDGED = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """A step on an open case: the gate from which it is available, its form, and its function."""

    gate: str
    form: Callable[[Nonconformity, Any], Any]
    do: Callable[[Nonconformity, Any, User], object]
    said: Any
    texts: tuple[str, ...] = ()  # the fields that its form shows
    shown: Callable[[Nonconformity], bool] = lambda case: True


STEPS = {
    "khac-phuc": Step(
        Gate.CORRECTION,
        lambda case, data: forms.CorrectionForm(data, instance=case),
        lambda case, form, by: lifecycle.correct(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã lưu việc khắc phục ngay."),
        meanwhile.CORRECTION,
    ),
    "nguyen-nhan": Step(
        Gate.CAUSE,
        lambda case, data: forms.CauseForm(data, case=case),
        lambda case, form, by: lifecycle.find_cause(case, by=by, **form.facts),
        gettext_lazy("Đã lưu nguyên nhân."),
        meanwhile.CAUSE,
    ),
    "hoi": Step(
        Gate.EXTENT,
        lambda case, data: forms.AskExtentForm(data, case=case),
        lambda case, form, by: lifecycle.ask_extent(case, by=by, **form.facts),
        gettext_lazy("Đã gửi câu hỏi."),
    ),
    "pham-vi": Step(
        Gate.EXTENT,
        lambda case, data: forms.ExtentForm(data, initial={"extent": case.extent}),
        lambda case, form, by: lifecycle.judge_extent(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã lưu kết luận về phạm vi."),
        meanwhile.EXTENT,
    ),
    "he-thong": Step(
        Gate.SYSTEM,
        lambda case, data: forms.SystemForm(
            data, initial={"risks": case.risks, "objectives": case.objectives}
        ),
        lambda case, form, by: lifecycle.assess_system(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã lưu phần hệ thống."),
        meanwhile.SYSTEM,
    ),
    "hanh-dong": Step(
        Gate.PLAN,
        lambda case, data: forms.ActionForm(data, agency=case.agency),
        lambda case, form, by: lifecycle.add_action(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã thêm hành động."),
    ),
    "gui": Step(
        Gate.PLAN,
        lambda case, data: forms.SendPlanForm(data, initial=_measure(case)),
        lambda case, form, by: lifecycle.send_plan(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã trình kế hoạch hành động khắc phục để ký."),
        shown=lambda case: case.actions.exists(),
    ),
    "bo-qua": Step(
        Gate.PLAN,
        lambda case, data: forms.SendPlanForm(data, initial=_measure(case)),
        lambda case, form, by: lifecycle.skip_plan(case, by=by, **form.cleaned_data),
        gettext_lazy("Đã bỏ qua kế hoạch; việc còn lại là đánh giá hiệu lực."),
        shown=lambda case: lifecycle.skips(case).skips_plan and not case.actions.exists(),
    ),
}


def _measure(case: Nonconformity) -> dict[str, Any]:
    """What is offered: the day written before, otherwise one that leaves the last action time to
    work."""
    last = max((one.due for one in case.actions.all()), default=None)
    day = case.judge_on
    if day is None or (last is not None and day < last):
        day = last + UNTIL_JUDGED if last is not None else today()
    return {"measure": case.measure, "judge_on": day}
