"""The page on which people enter their absences and substitutes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms import access
from qms.access import Person, current_user
from qms.approvals import lifecycle
from qms.approvals.forms import AbsenceForm
from qms.approvals.views import page_of
from qms.clock import today
from qms.errors import Refused
from qms.models import Absence, Agency, User
from qms.proof import store, uploads
from qms.roles import Role
from qms.work import once
from qms.work.bodies import takes_files

FOR_OTHERS = (Role.OFFICER, Role.AGENCY_ADMIN)


def _absences_of(user: User) -> "QuerySet[Absence]":
    """The user's own absences and those where they are the substitute; all of the agency if they
    may enter other people's."""
    own = {agency.pk for agency in access.home_agencies(user)}
    seen = (
        Q(person=user) | Q(substitute=user) | Q(agency__in=access.agencies_with(user, *FOR_OTHERS))
    )
    rows = Absence.objects.filter(seen, agency__in=own)
    return rows.select_related("agency", "person", "substitute", "paper_file").order_by(
        "-ends_on", "-pk"
    )


def _agency(request: HttpRequest) -> Agency:
    """The requested agency among those where the person works; the first one by default."""
    own = access.home_agencies(current_user(request))
    asked = request.GET.get("co-quan", "")
    found = next((one for one in own if str(one.pk) == asked), own[0] if own else None)
    if found is None:
        raise Http404
    return found


def may_enter_absences(user: Person, **_address: object) -> bool:
    """Whether the user may enter absences at all: anybody with an appointment in an agency."""
    return bool(access.home_agencies(user))


@takes_files(uploads.LARGEST, may_enter_absences)
@once.per_form
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    user, agency = current_user(request), _agency(request)
    here = f"{reverse('absences')}?{urlencode({'co-quan': agency.pk})}"
    form = AbsenceForm(
        request.POST or None,
        request.FILES or None,
        agency=agency,
        user=user,
        for_others=access.has_role(user, agency, *FOR_OTHERS),
    )
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                sent.address = here
                data = dict(form.cleaned_data)
                lifecycle.record_absence(agency, data.pop("person"), by=user, **data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã ghi thời gian vắng mặt."))
            return redirect(here)
    context = {
        "form": form,
        "agency": agency,
        "agencies": access.home_agencies(user),
        "page": page_of(request, _absences_of(user)),
        "today": today(),
        "for_others": access.agencies_with(user, *FOR_OTHERS),
    }
    return render(request, "approvals/absences.html", context)


@login_required
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper that allows an absence, for everyone who sees the absence; always a download,
    never displayed."""
    absence = get_object_or_404(_absences_of(current_user(request)), pk=pk)
    if absence.paper_file is None:
        raise Http404
    try:
        data = store.read(absence.paper_file.pk)
    except (FileNotFoundError, ValueError, store.Damaged) as problem:
        raise Http404 from problem  # reported by `check_proof`
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, absence.paper_file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@once.per_form
@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(_absences_of(current_user(request)), pk=pk)
    try:
        with once.only(request) as sent:
            sent.address = "/duyet/vang-mat/"
            lifecycle.end_absence(absence, by=current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã kết thúc thời gian vắng mặt."))
    return redirect("absences")
