"""The form of a reading rule. It validates the input; the step decides."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Kind, ReadingRule, Version
from procedures.readership.reading.audience import Staff
from qms.choices import offer_values
from qms.clock import today
from qms.models import Agency, Role, Unit, current
from qms.roles import CITY_ROLES
from qms.text.alphabet import sort_key
from qms.text.codes import code_key

ABOUT = [
    ("document", gettext_lazy("Một tài liệu")),
    ("kind", gettext_lazy("Một loại tài liệu")),
    ("codes", gettext_lazy("Các tài liệu theo mã hiệu")),
]
WHO = [
    ("everyone", gettext_lazy("Mọi người của cơ quan")),
    ("units", gettext_lazy("Người của một số đơn vị")),
    ("roles", gettext_lazy("Người giữ một số vai trò")),
    ("people", gettext_lazy("Từng người")),
]


class RuleForm(forms.ModelForm):
    about = forms.ChoiceField(
        label=gettext_lazy("Phải đọc"), choices=ABOUT, widget=forms.RadioSelect
    )
    document = forms.ChoiceField(label=gettext_lazy("Tài liệu"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại tài liệu"), required=False, choices=Kind.choices
    )
    codes = forms.CharField(
        label=gettext_lazy("Mã hiệu"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Mỗi dòng một mã hiệu, hoặc cách nhau bằng dấu phẩy."),
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Ai phải đọc"), choices=WHO, widget=forms.RadioSelect
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Đơn vị"), required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Vai trò"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Người đọc"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ReadingRule
        fields = ["days", "each_version", "signed"]

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=self.fields["days"].label,
            help_text=self.fields["days"].help_text,
            min_value=1,
            max_value=ReadingRule.MOST_DAYS,
            initial=7,
        )
        rule = self.instance if self.instance.pk else None
        offer_values(self, "document", _documents(agency, rule))
        offer_values(self, "units", _units(agency, rule))
        offer_values(self, "roles", [(r.value, r.label) for r in Role if r not in CITY_ROLES])
        offer_values(self, "people", _people(agency, rule))
        self.order_fields(
            ["about", "document", "kind", "codes", "who", "units", "roles", "people", "days"]
        )
        if rule:
            self.initial.update(_typed(rule))

    def what(self) -> dict[str, Any]:
        """The documents, as an argument of the step."""
        facts = self.cleaned_data
        if facts["about"] == "document":
            return {"document": int(facts["document"] or 0)}
        if facts["about"] == "kind":
            return {"kind": facts["kind"]}
        return {"codes": facts["codes"].replace(",", "\n").replace(";", "\n").splitlines()}

    def audience(self) -> dict[str, Any]:
        """The people, as an argument of the step."""
        who = self.cleaned_data["who"]
        if who == "everyone":
            return {"everyone": True}
        chosen = self.cleaned_data[who]
        return {who: chosen if who == "roles" else [int(pk) for pk in chosen]}


def _typed(rule: ReadingRule) -> dict[str, Any]:
    """The rule as form input."""
    about, value = next(iter(rule.what.items()))
    who, chosen = next(iter(rule.audience.items()))
    return {
        "about": about,
        about: "\n".join(value) if about == "codes" else value,
        "who": who,
        who: chosen,
    }


def _documents(agency: Agency, rule: ReadingRule | None) -> list[tuple[str, str]]:
    versions = Version.objects.filter(agency=agency)
    found = {
        document: f"{code} {title}".strip()
        for state in (versions.waiting(), versions.in_force())
        for document, code, title in state.order_by().values_list("document", "code", "title")
    }
    kept = rule.what.get("document") if rule else None
    if kept and kept not in found:  # withdrawn in the meantime: the step reports it
        newest = versions.filter(document=kept).order_by("-ordinal").values_list("code", "title")
        found[kept] = " ".join(newest[0]).strip() if newest else str(kept)
    rows = sorted(found.items(), key=lambda row: (code_key(row[1]), row[0]))
    return [("", _("Chọn tài liệu")), *((str(pk), name) for pk, name in rows)]


def _units(agency: Agency, rule: ReadingRule | None) -> list[tuple[str, str]]:
    kept = rule.audience.get("units", []) if rule else []
    at_work = current(None, "active_from", "active_to")
    rows = Unit.objects.filter(at_work | Q(pk__in=kept), agency=agency)
    return [(str(unit.pk), unit.name) for unit in sorted(rows, key=lambda u: sort_key(u.name))]


def _people(agency: Agency, rule: ReadingRule | None) -> list[tuple[str, str]]:
    members = Staff(agency, today()).members.values()
    found = {one.pk: f"{one.name}, {one.post}" if one.post else one.name for one in members}
    rows = sorted(found.items(), key=lambda row: (sort_key(row[1]), row[0]))
    left = set(rule.audience.get("people", ()) if rule else ()) - found.keys()
    gone = [(str(pk), _("(người đã rời cơ quan)")) for pk in sorted(left)]
    return [*((str(pk), name) for pk, name in rows), *gone]
