"""Pages of lessons: the list with its search, one lesson, and offering one."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms import LongText
from audits.lessons import lifecycle, rules
from audits.models import Lesson, Nonconformity
from audits.rules import nonconformities_of
from audits.views.common import allow, case_or_404, did, page_of
from qms.access import current_user
from qms.text.folding import fold

MOST_WORDS = 12


class LessonForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Tên bài học"), max_length=200)
    happened = LongText(label=gettext_lazy("Điều đã xảy ra"), rows=4, max_length=lifecycle.LONGEST)
    cause = LongText(label=gettext_lazy("Nguyên nhân"), rows=3, max_length=lifecycle.LONGEST)
    done = LongText(label=gettext_lazy("Việc đã làm"), rows=5, max_length=lifecycle.LONGEST)
    worked = LongText(
        label=gettext_lazy("Kết quả, nhờ đâu biết có hiệu lực"),
        rows=3,
        max_length=lifecycle.LONGEST,
    )


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All offered lessons, newest first; `q` keeps those with every word, with or without marks."""
    user = current_user(request)
    allow(rules.may_read(user))
    asked = request.GET.get("q", "")[:200]
    rows = rules.lessons_of(user).filter(withdrawn_on=None)
    for word in fold(asked).split()[:MOST_WORDS]:
        rows = rows.filter(words__contains=word)
    context = {"page": page_of(request, rows.order_by("-offered_on", "-pk")), "q": asked}
    return render(request, "audits/lessons.html", context)


@login_required
@require_safe
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    one = get_object_or_404(rules.lessons_of(user), pk=pk)
    case = nonconformities_of(user).filter(pk=one.nonconformity_id).first()
    context = {"lesson": one, "case": case, "may_change": rules.may_offer(user, one.nonconformity)}
    return render(request, "audits/lesson.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to offer a closed correction, prefilled from it."""
    user, case = current_user(request), case_or_404(request, pk)
    allow(rules.may_offer(user, case) and case.state == Nonconformity.State.CLOSED)
    old = Lesson.objects.filter(nonconformity=case).first()
    form = LessonForm(request.POST or None, initial=_told(old) if old else lifecycle.proposed(case))
    if request.method == "POST" and form.is_valid():
        kept: list[Lesson] = []
        if did(
            request,
            lambda: kept.append(lifecycle.offer(case, by=user, **form.cleaned_data)),
            _("Đã chia sẻ bài học tới mọi cơ quan."),
            form,
        ):
            return redirect(kept[0])
    context = {"form": form, "case": case, "agency": case.agency, "old": old}
    return render(request, "audits/lesson_form.html", context)


def _told(old: Lesson) -> dict[str, Any]:
    return {name: getattr(old, name) for name in lifecycle.TEXTS}


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    one = get_object_or_404(rules.lessons_of(user), pk=pk)
    allow(rules.may_offer(user, one.nonconformity))
    did(request, lambda: lifecycle.withdraw(one, by=user), _("Đã rút bài học."))
    return redirect(one)
