"""The page of a question about extent: the unit or agency asked reads only the question and answers
it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import lifecycle, rules
from audits.correction_forms import AnswerExtentForm
from audits.models import Nonconformity
from audits.views.common import allow, did
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
