"""Account pages: the first administrator's link, one-time links, the list of the user's own
sessions."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from qms.access import current_user
from qms.accounts import addresses, first_use, links
from qms.accounts.forms import FirstAdministratorForm, PasswordForm
from qms.errors import Refused
from qms.models import OneTimeLink, User

Purpose = OneTimeLink.Purpose


@never_cache
@sensitive_post_parameters()
def first_administrator(request: HttpRequest, token: str) -> HttpResponse:
    """The first administrator sets name and password."""
    if links.find(token, Purpose.FIRST) is None or first_use.administrator_exists():
        return spent(request, first=True)
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = first_use.create_first_administrator(
                token,
                username=data["username"],
                name=data["name"],
                email=data["email"],
                password=data["password1"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            return let_in(request, person, to=reverse("manage"))
    return render(request, "qms/first_administrator.html", {"form": form})


@never_cache
@sensitive_post_parameters()
def one_time_link(request: HttpRequest, token: str) -> HttpResponse:
    """A person sets a password by a link that was mailed or printed. GET does not use it up: mail
    programs open links too."""
    link = links.find(token, Purpose.PASSWORD)
    if link is None or link.person is None:
        return spent(request)
    form = PasswordForm(request.POST or None, person=link.person)
    if request.method == "POST" and form.is_valid():
        try:
            person = links.use(token, password=form.cleaned_data["password1"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã đặt mật khẩu mới."))
            return let_in(request, person, to=reverse("home"))
    return render(request, "qms/one_time_link.html", {"form": form, "person": link.person})


@never_cache
@login_required
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The owner of an account confirms its e-mail address. GET confirms nothing: mail programs open
    links too."""
    person = current_user(request)
    link = addresses.find(token, by=person)
    if link is None:
        return render(request, "qms/address_link_spent.html", status=410)
    if request.method != "POST":
        return render(request, "qms/confirm_address.html", {"link": link})
    try:
        addresses.confirm(token, by=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã xác nhận địa chỉ thư điện tử."))
    return redirect("my_account")


@require_POST
@login_required
def ask_address(request: HttpRequest) -> HttpResponse:
    """Mails the confirmation to the owner again."""
    try:
        addresses.ask(current_user(request), by=current_user(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã gửi thư xác nhận."))
    return redirect("my_account")


def spent(request: HttpRequest, *, first: bool = False) -> HttpResponse:
    """The page saying that the link is used up, and who can create another one."""
    return render(
        request,
        "qms/link_spent.html",
        {"first": first, "founded": first_use.administrator_exists()},
        status=410,
    )


def let_in(request: HttpRequest, person: User, *, to: str) -> HttpResponse:
    """Signs the person in, with the second factor if set up."""
    request.session.flush()  # a previous user of this browser
    person.backend = "qms.accounts.backends.Accounts"  # type: ignore[attr-defined]  # which Django's login() reads
    return perform_password_login(
        request, {"username": person.username}, Login(user=person, redirect_url=to)
    )


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of the user's own sessions."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    session.end()
    messages.success(request, _("Đã kết thúc phiên đăng nhập đó."))
    return redirect("usersessions_list")


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    """The page of the user's own account."""
    return render(request, "qms/my_account.html")
