"""Base of the view sets: a permission policy based on our rules, scoped lists with tolerant search,
steps that may refuse."""

import contextlib
import logging
from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from qms import access, rules
from qms.errors import Refused, is_missing_row
from qms.models import User
from qms.text.folding import matching
from qms.text.ordering import Alphabetical, by_given_name
from qms.work import once

Scope = Callable[[Any], "QuerySet[Any]"]
log = logging.getLogger("qms.screens")


class Policy(BasePermissionPolicy):
    """Wagtail's permission policy, based on a rule and a scope. `own`: a second scope of the rows
    that may be changed, if these are fewer than those that may be seen."""

    def __init__(
        self,
        model: type[Model],
        scope: Scope,
        allowed: Callable[[Any], bool],
        actions: Collection[str],
        own: Scope | None = None,
    ) -> None:
        super().__init__(model)
        self.scope, self.allowed, self.actions, self.own = (
            scope,
            allowed,
            frozenset(actions),
            own or scope,
        )

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and user.is_active and self.allowed(user)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return (
            self.user_has_permission(user, action)
            and self._rows(user, [action]).filter(pk=instance.pk).exists()
        )

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Collection[str]
    ) -> "QuerySet[Any]":
        return (
            self._rows(user, actions)
            if self.user_has_any_permission(user, actions)
            else self.model._default_manager.none()
        )

    def _rows(self, user: Any, actions: Collection[str]) -> "QuerySet[Any]":
        return self.scope(user) if "view" in actions else self.own(user)

    def users_with_any_permission(self, actions: Collection[str]) -> "QuerySet[User]":
        return User.objects.none()


class ScopedList(IndexView):
    """A list of the user's scope. The search box ignores diacritics and case."""

    searched: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[dict[str, str]] = {}  # alphabetical columns: key of the column -> field
    table_classname = "listing qms-list"
    is_searchable = True
    list_export: ClassVar[list[str]] = []
    show_export_buttons = False

    def get_base_queryset(self) -> "QuerySet[Any]":
        return self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )

    def order_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """By name in dictionary order by default; otherwise by the chosen column."""
        key = self.ordering or next(iter(self.names), "")
        field = self.names.get(key.lstrip("-"))
        if field is None:
            return super().order_queryset(queryset)
        people = field.endswith("first_name")  # which holds the whole name
        names = by_given_name(field) if people else (Alphabetical(field),)
        wanted = [name.desc() for name in names] if key.startswith("-") else names
        return queryset.order_by(*wanted, "pk")

    def has_many_agencies(self) -> bool:
        """Whether the user sees several agencies, so that each row has to name its own."""
        return len(rules.agencies_of(self.request.user)[:2]) > 1

    def search_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return (
            matching(queryset, self.search_query, self.searched) if self.is_searching else queryset
        )

    def may_change(self, instance: Any) -> bool:
        """Whether a row links to its form; called for each row, so it must not query
        the database."""
        return True

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if self.may_change(instance) else None

    def get_list_more_buttons(self, instance: Model) -> list[Any]:
        return [
            button
            for button in super().get_list_more_buttons(instance)
            if "copy" not in str(button.url)
        ]


def report_deleted_row(form: forms.Form, problem: Exception) -> None:
    """Reports above the form that a row was deleted meanwhile; any other error is raised again."""
    if not is_missing_row(problem):
        raise problem
    log.warning("a row was deleted while its form was carried out", exc_info=problem)
    said = _("Dòng này, hoặc dòng mà nó cần, vừa bị xóa. Hãy tải lại danh sách.")
    form.add_error(None, said)


class RefusalMixin:
    """A form whose step may refuse: the message is shown above the form. A mixin for form views,
    which the type checker can't know (hence ignore)."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as problem:
            known = hasattr(problem, "error_dict") and set(problem.error_dict) <= set(form.fields)
            form.add_error(None, problem if known else problem.messages)
        except (ObjectDoesNotExist, DatabaseError) as problem:
            report_deleted_row(form, problem)
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return self.form_invalid(form)  # type: ignore[attr-defined]


class CarriedOutOnce:
    """A form that creates something: a second submission leads to the result of the first. A mixin
    like RefusalMixin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return once.per_form(super().dispatch)(request, *args, **kwargs)  # type: ignore[misc]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with once.only(self.request) as sent:  # type: ignore[attr-defined]
            response = super().form_valid(form)  # type: ignore[misc]
            sent.address = getattr(response, "url", "") or self.get_success_url()  # type: ignore[attr-defined]
        return response


class ScopedCreate(RefusalMixin, CarriedOutOnce, CreateView):
    """The form for a new object; its choices are limited to the user's."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"current_user": self.request.user}


class ScopedEdit(RefusalMixin, EditView):
    """The form for an object in the user's scope; anything else is not found."""

    usage_url_name = None
    history_url_name = None

    def get_queryset(self) -> "QuerySet[Any]":
        return self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, ["change"]
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"current_user": self.request.user}

    def get_last_updated_info(self) -> None:
        return None


def breadcrumbs(thing: Model, *, index: str, title: object) -> list[dict[str, Any]]:
    """The breadcrumbs of a page about one object: its list, the object, the page. `index`: the name
    of its list."""
    plural = capfirst(str(thing._meta.verbose_name_plural))
    steps = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse(index), "label": plural},
    ]
    edit = index.replace(":index", ":edit")
    with contextlib.suppress(NoReverseMatch):
        steps.append({"url": reverse(edit, args=[thing.pk]), "label": str(thing)})
    return [*steps, {"url": "", "label": str(title)}]


class Step(WagtailAdminTemplateMixin, FormView):
    """One action on one object of the user's scope: shows what will happen, asks, performs it,
    redirects back."""

    scope: ClassVar[Any]  # a Scope
    explanation: ClassVar[Any] = ""
    success: ClassVar[Any] = ""
    button: ClassVar[Any] = ""
    serious = False
    back = ""
    template_name = "qms/admin/step.html"
    form_class = forms.Form

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(type(self).scope(request.user), pk=kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if reason := self.why_not():
            messages.error(request, reason)
            return redirect(self.get_success_url())
        return once.per_form(super().dispatch)(request, *args, **kwargs)

    @property
    def current_user(self) -> User:
        return access.current_user(self.request)

    def why_not(self) -> str:
        """User-facing reason why the user may not, saying who can; empty if they may."""
        return ""

    def do(self, form: forms.Form) -> HttpResponse | None:
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            with once.only(self.request) as sent:
                answer = self.do(form)
                sent.address = self.get_success_url()
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
            return self.form_invalid(form)
        except (ObjectDoesNotExist, DatabaseError) as problem:
            report_deleted_row(form, problem)
            return self.form_invalid(form)
        if answer is not None:
            return answer
        messages.success(self.request, str(self.success))
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse(self.back)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return breadcrumbs(self.object, index=self.back, title=self.page_title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "explanation": self.explanation, "button": self.button, "serious": self.serious, "back_url": self.get_success_url(), "object": self.object,
        }  # fmt: skip


class AgencyViewSet(ModelViewSet):
    """A view set with a list, a form for new ones and a form for changes; no copying, deleting,
    usage or Wagtail history."""

    scope: ClassVar[Any]  # a Scope
    own: ClassVar[Any] = None  # a Scope: what of it may be changed, if not all
    allowed: ClassVar[Any]  # user -> bool
    actions: ClassVar[Collection[str]] = ("view", "add", "change")
    form: ClassVar[type[forms.ModelForm]]
    searched: ClassVar[tuple[str, ...]] = ()
    names: ClassVar[dict[str, str]] = {}
    filters: ClassVar[type[WagtailFilterSet] | None] = None
    index_view_class = ScopedList
    add_view_class = ScopedCreate
    edit_view_class = ScopedEdit
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    add_to_admin_menu = True
    list_per_page = 50
    steps: ClassVar[list[tuple[str, type[Step], str]]] = []  # URL, view, name

    @cached_property
    def menu_name(self) -> str:  # type: ignore[override]  # a plain attribute of Wagtail's
        return self.name

    @cached_property
    def permission_policy(self) -> Policy:  # type: ignore[override]  # likewise
        return Policy(
            self.model, type(self).scope, type(self).allowed, self.actions, type(self).own
        )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        unused = ("delete_url_name", "usage_url_name", "history_url_name", "copy_url_name")
        return super().get_common_view_kwargs(**kwargs) | dict.fromkeys(unused)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**kwargs) | {
            "searched": self.searched,
            "names": self.names,
            "filterset_class": self.filters,
        }

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return self.form

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
        if "add" in self.actions:
            patterns.append(path("new/", self.add_view, name="add"))
        if "change" in self.actions:
            patterns.append(path("edit/<int:pk>/", self.edit_view, name="edit"))
        return patterns + [
            path(f"{address}/<int:pk>/", view.as_view(), name=name)
            for address, view, name in self.steps
        ]

    def register_admin_url_finder(self) -> None:
        """Not wanted: it would offer links to users who may not follow them."""

    def register_permissions(self) -> None:
        """Not wanted: groups hold no permissions on these models; rules decide."""


def require(allowed: bool) -> None:
    """Raises PermissionDenied, which Wagtail's admin handles, unless allowed."""
    if not allowed:
        raise PermissionDenied(_("Bạn không có quyền làm việc này."))
