"""The pages of a person's desk: each shows their own data, whatever roles they hold."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qms import access, frame
from qms.desk import bookmarks, counting
from qms.errors import Refused
from qms.models import Bookmark, Notice
from qms.notices import kinds, reading
from qms.text import numbers

PER_PAGE = 50
SHOWN = 8  # tasks of one source on the first page
LISTS = 8  # sources whose tasks the first page shows; for the others only the number


@require_safe
@login_required
def my_work(request: HttpRequest) -> HttpResponse:
    """My tasks. `nguon`: all tasks of one source, paginated."""
    source = frame.task_source(request.GET.get("nguon", "")[:60])
    if source is not None:
        return _source(request, source)
    counted = counting.counts(request)
    lists = _lists(request, counted.by_source)
    return render(request, "qms/desk/work.html", {"here": "work", "lists": lists, **_head(request)})


def _lists(request: HttpRequest, counted: dict[str, int]) -> list[dict[str, Any]]:
    """The sources with tasks; countable ones that are empty are not loaded."""
    found: list[dict[str, Any]] = []
    for source in frame.task_sources():
        count = counted.get(source.name)
        if count == 0:
            continue
        full = len(found) >= LISTS
        if full and count is None:
            continue
        tasks = [] if full else list(source.load(request.user))[:SHOWN]
        if tasks or full:
            found.append({"source": source, "count": count, "tasks": tasks})
    for one in found:
        one["more"] = one["source"].every is not None and (one["count"] or 0) > len(one["tasks"])
    return found


def _source(request: HttpRequest, source: frame.TaskSource) -> HttpResponse:
    tasks = list((source.every or source.load)(request.user))
    context = {"here": "work", "source": source, "page": _page(request, tasks), **_head(request)}
    return render(request, "qms/desk/source.html", context)


@require_safe
@login_required
def my_sent(request: HttpRequest) -> HttpResponse:
    """What I sent and its progress."""
    sources = frame.task_sources()
    sent = [
        {"title": one.title, "tasks": tasks}
        for one in sources
        if one.sent and (tasks := list(one.sent(request.user)))
    ]
    context = {"here": "sent", "sent": sent, **_head(request)}
    return render(request, "qms/desk/sent.html", context)


# -- what I follow

SAID = {
    Bookmark.Kind.FOLLOWED: gettext_lazy("Đã theo dõi. Bạn sẽ được báo khi có thay đổi."),
    Bookmark.Kind.FAVOURITE: gettext_lazy("Đã thêm vào danh sách hay dùng."),
}
SAID_OFF = {
    Bookmark.Kind.FOLLOWED: gettext_lazy("Đã bỏ theo dõi."),
    Bookmark.Kind.FAVOURITE: gettext_lazy("Đã bỏ khỏi danh sách hay dùng."),
}


@require_safe
@login_required
def my_bookmarks(request: HttpRequest) -> HttpResponse:
    """My followed, pinned and recently seen subjects."""
    listed = bookmarks.listed(access.current_user(request))
    lists = [
        {"kind": kind, "label": Bookmark.Kind(kind).label, "rows": listed[kind],
         "chosen": kind in bookmarks.CHOSEN}
        for kind in Bookmark.Kind.values
    ]  # fmt: skip
    context = {"here": "bookmarks", "lists": lists, **_head(request)}
    return render(request, "qms/desk/bookmarks.html", context)


@require_POST
@login_required
def bookmark(request: HttpRequest) -> HttpResponse:
    """Follows or pins a subject, or the reverse; redirects to the page with the button."""
    subject, kind = (request.POST.get(name, "")[:60] for name in ("subject", "kind"))
    if kind not in bookmarks.CHOSEN:
        raise Http404
    person = access.current_user(request)
    try:
        if request.POST.get("on") == "1":
            bookmarks.add(subject, kind, by=person)
            messages.success(request, SAID[Bookmark.Kind(kind)])
        else:
            bookmarks.remove(subject, kind, by=person)
            messages.success(request, SAID_OFF[Bookmark.Kind(kind)])
    except bookmarks.NotVisible:
        raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(request, reverse("my_bookmarks")))


# -- my notices


@require_safe
@login_required
def my_notices(request: HttpRequest) -> HttpResponse:
    """My notices of the last 90 days, newest first."""
    rows = Notice.objects.filter(person=access.current_user(request))
    unread = request.GET.get("loc") == "chua-doc"
    page = _page(request, rows.unread() if unread else rows)
    for one in page:
        one.text = kinds.worded(one.kind, one.facts)
    newest = rows.aggregate(newest=Max("pk"))["newest"] or 0
    context = {"here": "notices", "page": page, "unread": unread, "newest": newest}
    return render(request, "qms/desk/notices.html", context | _head(request))


@require_POST
@login_required
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a notice as read and opens its subject."""
    one = get_object_or_404(Notice, pk=pk, person=access.current_user(request))
    reading.read(one.person_id, pk=pk)
    return redirect(one.url if _is_ours(request, one.url) else reverse("my_notices"))


@require_POST
@login_required
def read_notices(request: HttpRequest) -> HttpResponse:
    """Marks everything as read that was there when the page was shown."""
    upto = numbers.whole_number(request.POST.get("upto"))
    if upto is None:
        raise Http404
    reading.read(access.current_user(request).pk, upto=upto)
    messages.success(request, _("Đã đánh dấu mọi thông báo là đã đọc."))
    return redirect("my_notices")


# -- parts


def _head(request: HttpRequest) -> dict[str, Any]:
    return {"counts": counting.counts(request)}


def _page(request: HttpRequest, rows: Any) -> Any:
    return numbers.page_of(rows, request.GET.get("page"), PER_PAGE)


def _back(request: HttpRequest, otherwise: str) -> str:
    """The page to return to, as given by the form; never outside this site."""
    wanted = request.POST.get("next", "")[:500]
    return wanted if _is_ours(request, wanted) else otherwise


def _is_ours(request: HttpRequest, address: str) -> bool:
    return (
        address.startswith("/")
        and not urlsplit(address).netloc
        and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    )
