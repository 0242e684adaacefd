"""Setting up an agency: the agency, its units, its people, and the slips with their
sign-in links."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from qms import rules
from qms.access import current_user
from qms.accounts import links
from qms.clock import today
from qms.errors import Refused
from qms.lifecycle import agencies as lifecycle
from qms.models import Agency, AgencyQuerySet, Appointment, Unit, User
from qms.roles import CITY_ROLES, MEANINGS, Role
from qms.setup import people_import, people_sheet
from qms.setup.forms import AgencyForm, PersonRow, SheetForm, UnitsForm
from qms.setup.people_sheet import MOST_BYTES
from qms.text import qr
from qms.text.ordering import Alphabetical, by_given_name
from qms.work import once
from qms.work.bodies import takes_files

SALT = "qms.lifecycle.people"
DRY_RUN_LASTS = 3600


def agency_or_404(request: HttpRequest, pk: int) -> Agency:
    return get_object_or_404(rules.agencies_of(current_user(request)), pk=pk)


@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """Shows what has been set up, and the next step."""
    if not rules.manages_some_agency(current_user(request)):
        raise Http404
    rows = with_counts(
        rules.agencies_of(current_user(request))
        .exclude(active_to__lt=today())
        .order_by(Alphabetical("name"))
    )
    agencies = list(rows[:500])
    return render(
        request,
        "qms/manage.html",
        {
            "agencies": agencies,
            "may_create_agency": rules.may_manage_agencies(current_user(request)),
        },
    )


def with_counts(agencies: AgencyQuerySet) -> AgencyQuerySet:
    """The numbers of units and people of each today, and whether it has an officer and an
    administrator."""
    held = Appointment.objects.current().filter(person__is_active=True, agency=OuterRef("pk"))
    units = Unit.objects.filter(agency=OuterRef("pk"))

    def count(rows: QuerySet, what: str) -> Coalesce:
        return Coalesce(
            Subquery(
                rows.order_by().values("agency").annotate(n=Count(what, distinct=True)).values("n")
            ),
            0,
        )

    return agencies.annotate(
        unit_count=count(units, "pk"),
        people_count=count(held, "person"),
        has_officer=Exists(held.filter(role=Role.OFFICER)),
        has_admin=Exists(held.filter(role=Role.AGENCY_ADMIN)),
    )


@login_required
@once.per_form
def new_agency(request: HttpRequest) -> HttpResponse:
    if not rules.may_manage_agencies(current_user(request)):
        raise Http404
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                agency = lifecycle.create_agency(**form.cleaned_data, by=current_user(request))
                sent.address = reverse("manage_units", args=[agency.pk])
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Đã lập cơ quan %(name)s.") % {"name": agency.name})
            return redirect(sent.address)
    return render(request, "qms/new_agency.html", {"form": form})


@login_required
@once.per_form
def units(request: HttpRequest, pk: int) -> HttpResponse:
    agency = agency_or_404(request, pk)
    form = UnitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once.only(request) as sent:
                fresh = lifecycle.add_units(
                    agency, form.cleaned_data["units"], by=current_user(request)
                )
                sent.address = reverse("manage_people", args=[agency.pk])
        except ValidationError as problem:
            form.add_error("units", problem.messages)
        else:
            messages.success(request, _("Đã thêm %(count)s đơn vị.") % {"count": len(fresh)})
            return redirect(sent.address)
    return render(
        request, "qms/units.html", {"form": form, "agency": agency, "units": agency.units.all()}
    )


@takes_files(MOST_BYTES, lambda user, pk: rules.agencies_of(user).filter(pk=pk).exists())
@never_cache
@login_required
@once.per_form
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """People typed or from a sheet: dry run with the errors of each row, then all in one
    transaction, then their slips."""
    agency = agency_or_404(request, pk)
    rows_class = formset_factory(PersonRow, extra=6, max_num=60, absolute_max=60)
    posted = request.POST.get("act")
    rows = rows_class(
        request.POST if posted == "typed" else None, form_kwargs={"agency": agency}, prefix="row"
    )
    sheet = SheetForm(request.POST, request.FILES) if posted == "sheet" else SheetForm()
    page = {
        "agency": agency,
        "rows": rows,
        "sheet": sheet,
        "waiting": never_signed_in(current_user(request), agency).count(),
        "roles": agency_roles(),
    }
    if posted == "typed" and rows.is_valid():
        typed = [
            people_sheet.row_of(n, form.cleaned_data) for n, form in enumerate(rows.forms, start=1)
        ]
        return import_rows(request, agency, [row for row in typed if not row.is_empty()], page)
    if posted == "sheet" and sheet.is_valid():
        try:
            found = people_sheet.read(sheet.cleaned_data["sheet"])
        except Refused as refusal:
            sheet.add_error("sheet", str(refusal))
        else:
            return dry_run(request, agency, found)
    if posted == "confirm":
        try:
            found = people_sheet.from_json(
                signing.loads(
                    request.POST.get("kept", ""),
                    salt=f"{SALT}.{agency.pk}.{current_user(request).pk}",
                    max_age=DRY_RUN_LASTS,
                )
            )
        except signing.BadSignature:
            messages.error(request, _("Bản kiểm tra đã cũ. Hãy tải tệp lên lại."))
            return redirect("manage_people", agency.pk)
        return import_rows(request, agency, found, page)
    return render(request, "qms/people.html", page)


def agency_roles() -> list[tuple[str, str]]:
    """[(label, purpose)] of the roles of an agency."""
    return [(str(role.label), str(MEANINGS[role])) for role in Role if role not in CITY_ROLES]


def dry_run(request: HttpRequest, agency: Agency, rows: list[people_sheet.Row]) -> HttpResponse:
    entries = people_import.check(agency, rows)
    wrong = [row for row in rows if row.errors]
    for entry in entries:
        people_import.fill_row(entry)  # proposals stay as they were shown
    rows.sort(key=lambda row: not row.errors)  # rows with errors come first
    token = (
        ""
        if wrong
        else signing.dumps(
            people_sheet.as_json(rows),
            salt=f"{SALT}.{agency.pk}.{current_user(request).pk}",
            compress=True,
        )
    )
    return render(
        request,
        "qms/people_dry_run.html",
        {
            "agency": agency,
            "found": rows,
            "wrong": len(wrong),
            "kept": token,
            "dated": any(row.starts_on or row.ends_on for row in rows),
        },
    )


def import_rows(
    request: HttpRequest, agency: Agency, rows: list[people_sheet.Row], page: dict
) -> HttpResponse:
    if not rows:
        messages.error(request, _("Hãy ghi ít nhất một người."))
        return render(request, "qms/people.html", page)
    try:
        with once.only(request) as sent:
            made = people_import.carry_out(agency, rows, by=current_user(request))
            sent.address = reverse("manage_people", args=[agency.pk])
    except Refused as refusal:
        if page["rows"].is_bound:
            for row in rows:
                page["rows"].forms[row.line - 1].problems = row.errors
        return render(
            request,
            "qms/people.html",
            page
            | {
                "refusal": str(refusal),
                "typed": page["rows"].is_bound,
                "wrong_rows": [row for row in rows if row.errors],
            },
        )
    messages.success(
        request,
        _("Đã nhập %(count)s người, trong đó %(made)s tài khoản mới.")
        % {"count": len(rows), "made": len(made)},
    )
    return slips(request, made, agency=agency)


def never_signed_in(user: User, agency: Agency) -> "QuerySet[User]":
    """Active people of the agency who have never signed in, and to whom the user may
    give a link."""
    # Including those who begin later
    here = agency.appointments.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today())).values(
        "person"
    )
    return (
        rules.accounts_of(user)
        .filter(pk__in=here, is_active=True, last_login__isnull=True)
        .order_by(*by_given_name("first_name"), "pk")
    )


@never_cache
@require_POST
@login_required
def waiting_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """New slips for everyone of the agency who has not signed in yet; their older links are
    revoked."""
    agency = agency_or_404(request, pk)
    return slips(
        request,
        [
            (person, links.make(person, by=current_user(request)))
            for person in never_signed_in(current_user(request), agency)
        ],
        agency=agency,
    )


def slips(
    request: HttpRequest,
    made: list[tuple[User, str]],
    *,
    agency: Agency | None,
    in_admin: bool = False,
) -> HttpResponse:
    """The slips to print; people with an address also get a mail if a mail server is set up. Links
    are shown only here, once.

    `in_admin`: the person was added in the admin's list of people, and the page leads back there.
    """
    printed = []
    for person, token in made:
        address = links.address(token)
        printed.append(
            {
                "person": person,
                "address": address,
                "picture": qr.data_uri(address),
                "mailed": links.send(person, token, by=current_user(request)),
            }
        )
    life = links.LIFE[links.Purpose.PASSWORD]
    # The last full day, as promised on the paper
    until = timezone.localdate(timezone.now() + life) - datetime.timedelta(days=1)
    response = render(
        request,
        "qms/slips.html",
        {
            "slips": printed,
            "agency": agency,
            "in_admin": in_admin,
            "days": life.days,
            "until": until,
            "site": settings.BASE_URL,
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@login_required
def template(request: HttpRequest, pk: int) -> HttpResponse:
    agency = agency_or_404(request, pk)
    response = HttpResponse(
        people_sheet.template(agency),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = 'attachment; filename="nguoi-dung.xlsx"'
    return response
