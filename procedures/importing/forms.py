"""Forms of an import: uploading files, and correcting what the reader got wrong."""

from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from procedures.importing.intake import LONGEST_CODE, LONGEST_TITLE, unit_of
from procedures.importing.reviewing import CORRECTED
from procedures.models import DocumentPage, Kind, SignerRole, Visibility
from procedures.sandbox.plain import LARGEST_NUMBER
from qms.choices import offer, offer_values
from qms.fields import DayField, PlainDayInput
from qms.models import Agency, Unit

NEW = "new"


class CorrectionForm(forms.Form):
    """The facts read from one file, for correction. `corrections` returns what differs from
    the reading."""

    code = forms.CharField(label=_("Mã hiệu"), max_length=LONGEST_CODE, required=False)
    title = forms.CharField(
        label=_("Tên tài liệu"), max_length=LONGEST_TITLE, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label=_("Loại tài liệu"), choices=Kind.choices)
    issue_number = forms.IntegerField(
        label=_("Lần ban hành"), min_value=0, max_value=LARGEST_NUMBER, required=False
    )
    revision_number = forms.IntegerField(
        label=_("Lần sửa đổi"), min_value=0, max_value=LARGEST_NUMBER, required=False
    )
    issued_on = DayField(label=_("Ngày ban hành"), required=False, widget=PlainDayInput())
    effective_on = DayField(label=_("Ngày hiệu lực"), required=False, widget=PlainDayInput())
    unit = forms.ModelChoiceField(
        label=_("Đơn vị chủ trì"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Chưa xác định"),
    )
    owner_post = forms.CharField(
        label=_("Người chịu trách nhiệm quá trình"), max_length=150, required=False
    )
    field = forms.CharField(label=_("Lĩnh vực"), max_length=150, required=False)
    visibility = forms.ChoiceField(
        label=_("Phạm vi xem"),
        choices=[("", _("Như tài liệu mới")), *Visibility.choices],
        required=False,
    )
    document = forms.ChoiceField(label=_("Nhập thành"))

    def __init__(
        self,
        data: Any = None,
        *,
        agency: Agency,
        facts: dict[str, Any],
        corrections: dict[str, Any],
        suggested: str,
    ) -> None:
        self.facts = facts
        initial = {name: facts.get(name) for name in CORRECTED} | {
            "document": str(corrections.get("document") or "")
        }
        initial |= {
            name: parse_date(facts.get(name) or "") for name in ("issued_on", "effective_on")
        }
        self.proposed_unit = unit_of(agency, facts)
        initial["unit"] = self.proposed_unit
        super().__init__(data, initial=initial)
        offer(self, "unit", Unit.objects.filter(agency=agency))
        pages = (
            DocumentPage.objects.filter(agency=agency)
            .order_by("code", "title")
            .values_list("pk", "code", "title")
        )
        choices = [("", suggested), (NEW, _("Tài liệu mới"))]
        choices += [
            (str(pk), _("Bản mới của: %(name)s") % {"name": f"{code} {title}".strip()[:120]})
            for pk, code, title in pages
        ]
        offer_values(self, "document", choices)
        self.fields["document"].required = False
        for number, (role, label) in enumerate(SignerRole.choices):
            signer: dict[str, str] = next(
                (s for s in facts["signers"] if s.get("role") == role), {}
            )
            self.fields[f"name-{number}"] = forms.CharField(
                label=label, max_length=200, required=False, initial=signer.get("name") or ""
            )
            self.fields[f"post-{number}"] = forms.CharField(
                label=_("Chức vụ"), max_length=200, required=False, initial=signer.get("post") or ""
            )

    def signer_rows(self) -> list[tuple[str, Any, Any]]:
        """[(role, bound name field, bound post field)], one per role."""
        return [
            (role, self[f"name-{number}"], self[f"post-{number}"])
            for number, role in enumerate(SignerRole.values)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        issued, effective = found.get("issued_on"), found.get("effective_on")
        if issued and effective and effective < issued and "effective_on" in self.changed_data:
            self.add_error("effective_on", _("Ngày hiệu lực không được trước ngày ban hành."))
        return found

    def corrections(self, read: dict[str, Any]) -> dict[str, Any]:
        """The fields that differ from what was read, as JSON-serializable values; `document` if one
        was chosen."""
        given = self.cleaned_data
        values: dict[str, Any] = {
            name: given[name]
            for name in ("code", "title", "kind", "issue_number", "revision_number")
        }
        values |= {
            name: given[name].isoformat() if given[name] else None
            for name in ("issued_on", "effective_on")
        }
        values["signers"] = self._signers(read)
        changed = {name: value for name, value in values.items() if value != read.get(name)}
        changed |= {
            name: given[name] for name in ("owner_post", "field", "visibility") if given[name]
        }
        if given["unit"] != self.proposed_unit or self.facts.get("unit") is not None:
            changed["unit"] = given["unit"].pk if given["unit"] else 0
        if given["document"]:
            changed["document"] = given["document"]
        return changed

    def _signers(self, read: dict[str, Any]) -> list[dict[str, str]]:
        """The signers of the three rows; further signers named on the paper stay as they
        were read."""
        rows, seen = [], set()
        for number, (role, _label) in enumerate(SignerRole.choices):
            name, post = self.cleaned_data[f"name-{number}"], self.cleaned_data[f"post-{number}"]
            if name or post:
                rows.append({"role": role, "name": name, "post": post})
        further = []
        for signer in read["signers"]:
            if signer.get("role") in seen:
                further.append(signer)
            seen.add(signer.get("role"))
        if [dict(r) for r in rows] == [s for s in read["signers"] if s not in further]:
            return read["signers"]
        return [*rows, *further]
