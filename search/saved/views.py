"""The screens of saved searches: my list, saving, changing, and unsubscribing from mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms import access
from qms.errors import Refused
from qms.text.numbers import page_of
from qms.work import once
from search.models import SavedSearch
from search.page import narrowing
from search.page.params import SearchParams
from search.saved import lifecycle, news, rules
from search.saved.forms import SavedSearchForm

PER_PAGE = 20


@require_safe
@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    """My saved searches."""
    page = page_of(rules.own(request.user), request.GET.get("page"), PER_PAGE)
    asked = [SearchParams.of(saved.query) for saved in page]
    said = narrowing.in_words(asked, access.tokens_for(request.user))
    rows = [
        {"saved": saved, "link": f"{reverse('search')}{one.link}", "asked": one, "said": words}
        for saved, one, words in zip(page, asked, said, strict=True)
    ]
    return render(
        request,
        "search/saved/list.html",
        {"rows": rows, "page": page, "total": page.paginator.count, "most": rules.MOST},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@once.per_form
def save_search(request: HttpRequest) -> HttpResponse:
    """Saves the question in the query string."""
    asked = SearchParams.read(request.GET)
    form = SavedSearchForm(request.POST or None, initial={"name": asked.words[:100]})
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                saved = lifecycle.save(asked, **form.values, by=access.current_user(request))
                sent.address = reverse("saved_searches")
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu tìm kiếm “%(name)s”.") % {"name": saved.name})
            return redirect("saved_searches")
    tokens = access.tokens_for(request.user)
    context = {
        "form": form,
        "asked": asked,
        "said": narrowing.in_words([asked], tokens)[0],
        "reason": rules.why_not_one_more(request.user),
    }
    return render(request, "search/saved/save.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Renames one of my searches and switches its mails on or off."""
    saved = _own(request, pk)
    form = SavedSearchForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.change(saved, **form.values, by=access.current_user(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu thay đổi."))
            return redirect("saved_searches")
    asked = SearchParams.of(saved.query)
    context = {
        "form": form,
        "saved": saved,
        "asked": asked,
        "said": narrowing.in_words([asked], access.tokens_for(request.user))[0],
    }
    return render(request, "search/saved/change.html", context)


@require_POST
@login_required
def switch_mails(request: HttpRequest, pk: int) -> HttpResponse:
    """Switches the mails of one on or off."""
    saved = _own(request, pk)
    mails = request.POST.get("mails") == "1"
    try:
        lifecycle.change(saved, name=saved.name, mails=mails, by=access.current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        reached = bool(access.current_user(request).reachable_at)
        will = (
            _("Bạn sẽ nhận thư khi “%(name)s” có kết quả mới.")
            if reached
            else _("Đã bật thư của “%(name)s”; thư đến khi tài khoản có thư điện tử đã xác nhận.")
        )
        said = will if mails else _("Đã tắt thư của “%(name)s”.")
        messages.success(request, said % {"name": saved.name})
    return redirect("saved_searches")


@require_POST
@login_required
def delete_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _own(request, pk)
    lifecycle.delete(saved, by=access.current_user(request))
    messages.success(request, _("Đã xóa tìm kiếm “%(name)s”.") % {"name": saved.name})
    return redirect("saved_searches")


@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribes through the link in the mail, without signing in. GET changes nothing: mail
    programs open links too."""
    person = news.person_of(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        lifecycle.stop_mails(person)
    return render(request, "search/saved/stop.html", {"stopped": request.method == "POST"})


def _own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(rules.own(request.user), pk=pk)
