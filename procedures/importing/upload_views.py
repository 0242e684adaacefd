"""The officer's upload pages: a new batch, more files for one."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procedures.importing import (
    batches,
)
from procedures.importing.pages import (
    LARGEST_ARCHIVE,
    State,
    batch_or_404,
    for_officers,
    imports,
    show,
    upload_limits,
)
from procedures.importing.sources import Source, too_large, uploaded
from procedures.models import ImportBatch, ImportItem
from qms import access
from qms.errors import Refused
from qms.models import Agency
from qms.roles import Role
from qms.text.names import clean_name
from qms.text.numbers import page_of
from qms.work import once
from qms.work.bodies import takes_files

PER_PAGE = 20
MOST_SENT = 250 * 2**20  # the proxy's limit: docs/deployment.md


@takes_files(MOST_SENT, imports)
@for_officers
def index(request: HttpRequest) -> HttpResponseBase:
    """The upload form above the list of batches. With `script=1` it answers in JSON where to send
    the files one by one."""
    mine = Agency.objects.filter(pk__in=access.agencies_with(request.user, Role.OFFICER)).order_by(
        "name"
    )
    if request.method == "POST":
        start = _start_by_script if "script" in request.POST else _start
        return start(request, list(mine))
    counts = {
        f"count_{state}": Count("items", filter=Q(items__state=state)) for state in State.values
    }
    made = (
        ImportBatch.objects.filter(agency__in=mine)
        .select_related("agency", "by")
        .annotate(files=Count("items"), **counts)
        .order_by("-pk")
    )
    page = page_of(made, request.GET.get("page"), PER_PAGE)
    return show(
        request,
        "import_index.html",
        _("Nhập từ Word"),
        {"agencies": mine, "batches": page.object_list, "page": page, "limits": upload_limits()},
    )


@once.per_form
def _start(request: HttpRequest, mine: list[Agency]) -> HttpResponse:
    given = request.FILES.getlist("files")
    if not given:
        messages.error(request, _("Hãy chọn ít nhất một tệp."))
        return redirect("imports:batches")
    try:
        batch = _begin(request, mine)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:batches")
    _take_in(request, batch, given)
    return redirect("imports:batch", batch.pk)


def _start_by_script(request: HttpRequest, mine: list[Agency]) -> HttpResponse:
    """Creates the batch for our script, which sends the files afterwards; one list of files from
    one page begins one batch."""
    try:
        batch = _begin(request, mine)
    except once.AlreadyDone as done:
        return JsonResponse({"batch": done.address})
    except Refused as refusal:
        return JsonResponse({"problems": [str(refusal)]}, status=409)
    return JsonResponse({"batch": reverse("imports:batch", args=[batch.pk])})


def _begin(request: HttpRequest, mine: list[Agency]) -> ImportBatch:
    """Creates the batch of a form. Raises AlreadyDone if the form was submitted before."""
    wanted = request.POST.get("agency", str(mine[0].pk))
    agency = next((a for a in mine if str(a.pk) == wanted), None)
    if agency is None:
        raise Http404
    with once.only(request) as sent:
        as_issued = request.POST.get("as") == "issued"
        batch = batches.create(agency, by=access.current_user(request), as_issued=as_issued)
        if as_issued and not batch.as_issued:
            messages.warning(
                request,
                _("Cơ quan đã đóng tiếp nhận bản giấy: mỗi tệp thành một bản thảo để trình duyệt."),
            )
        sent.address = reverse("imports:batch", args=[batch.pk])
    return batch


def _take_in(request: HttpRequest, batch: ImportBatch, given: list[Any]) -> list[ImportItem]:
    made: list[ImportItem] = []
    with tempfile.TemporaryDirectory(prefix="qms-upload-") as folder:
        for upload in given:
            for source in _sources(upload, Path(folder)):
                if (
                    source.sort == "other"
                    and upload.name.lower().endswith(".zip")
                    and source.path is not None
                ):
                    continue  # other files in an archive (pictures, notes) are ignored
                made.append(batches.add(batch, source, by=access.current_user(request)))
                if source.path is not None:
                    source.path.unlink(missing_ok=True)
    return made


def _sources(upload: Any, folder: Path) -> Any:
    name = clean_name(upload.name or "")
    most = settings.QMS_MAX_FILE * (LARGEST_ARCHIVE if name.lower().endswith(".zip") else 1)
    if upload.size > most:
        return [Source(name, None, "word", too_large(name, upload.size))]
    return uploaded(batches.scratch_file(folder, upload.chunks()), name, folder)


@takes_files(MOST_SENT, imports)
@for_officers
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds files to a batch; our script sends one file per request."""
    batch = batch_or_404(request, pk)
    try:
        made = _take_in(request, batch, request.FILES.getlist("files"))
    except Refused as refusal:
        if "script" in request.POST:
            return JsonResponse({"taken": 0, "problems": [str(refusal)]})
        messages.error(request, str(refusal))
        return redirect("imports:batch", batch.pk)
    if "script" in request.POST:
        problems = [item.error for item in made if item.state == State.REFUSED]
        return JsonResponse({"taken": len(made) - len(problems), "problems": problems})
    return redirect("imports:batch", batch.pk)
