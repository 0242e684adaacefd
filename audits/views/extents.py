"""The page of a question about extent: the unit or agency asked reads only the question and answers
it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import lifecycle, rules
from audits.correction_forms import AnswerExtentForm
from audits.models import Nonconformity
from audits.views.common import allow, case_or_404, did
from qms.access import current_user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    row = get_object_or_404(rules.extent_questions_of(user), pk=pk)
    case = row.nonconformity
    is_open = row.exists is None and case.state == Nonconformity.State.OPEN
    answers = is_open and rules.may_answer_extent(user, row)
    form = AnswerExtentForm(request.POST or None)
    if request.method == "POST":
        allow(rules.may_answer_extent(user, row))
        if form.is_valid():
            exists, said = form.cleaned_data["exists"] == "yes", form.cleaned_data["answer"]
            if did(
                request,
                lambda: lifecycle.answer_extent(row, exists=exists, answer=said, by=user),
                _("Đã trả lời."),
                form,
            ):
                return redirect(row)
    sees_case = rules.nonconformities_of(user).filter(pk=case.pk).exists()
    context = {"row": row, "form": form, "answers": answers, "case": case if sees_case else None}
    return render(request, "audits/extent_question.html", {**context, "agency": case.agency})


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Takes back a question that nobody answers, from the page of the nonconformity."""
    case, user = case_or_404(request, pk), current_user(request)
    allow(rules.may_analyse(user, case))
    found = get_object_or_404(case.extent_questions, pk=row)
    reason = request.POST.get("reason", "")[:2000]
    did(
        request,
        lambda: lifecycle.take_back_extent(found, reason=reason, by=user),
        _("Đã rút câu hỏi."),
    )
    return redirect(f"{case.get_absolute_url()}#pham-vi")
