"""The editor's form of a document. It imports no models at load time, since the models
import it."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from procedures.content.markup import storable
from procedures.content.text import unless_repeated
from procedures.editor import widgets
from procedures.editor.blocks import sign_picture, unsign_picture
from procedures.enums import SignerRole
from qms.fields import DayField
from qms.models import StoredFile

NATIONAL_CODE = re.compile(r"(\d\.\d{6})(?:\.([0-9A-Za-z.]{1,40}))?")
TITLE_LENGTH = 500
_TABLE_PICTURE = re.compile(r"sha256:([0-9a-f]{64})")
MOST_SIGNERS = 20


def _table_pictures(body: Any) -> set[str]:
    """SHA-256 of the pictures inside tables, which are not signed, unlike picture blocks."""
    return set(
        _TABLE_PICTURE.findall(
            json.dumps(body.get_prep_value() if hasattr(body, "get_prep_value") else body)
        )
    )


class SignersField(forms.JSONField):
    """[{"role", "name", "post"}] of the signers; rows without name and post are dropped."""

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = super().clean(value) or []
        roles = dict(self.widget.roles)
        try:
            found = [
                {
                    "role": r["role"] if r["role"] in roles else "drafted",
                    **{k: storable(r.get(k, "")).strip() for k in ("name", "post")},
                }
                for r in rows
            ]
        except (KeyError, TypeError, AttributeError):
            raise ValidationError(
                _("Không đọc được danh sách người ký. Hãy tải lại trang rồi nhập lại.")
            ) from None
        if (
            any(len(row["name"]) > 200 or len(row["post"]) > 200 for row in found)
            or len(found) > MOST_SIGNERS
        ):
            raise ValidationError(
                _("Họ tên và chức vụ dài nhất 200 ký tự, nhiều nhất 20 người ký.")
            )
        return [row for row in found if row["name"] or row["post"]]


class StoredFileField(forms.CharField):
    """A file of the store, by a token that only this server issues."""

    def prepare_value(self, value: Any) -> str:
        value = getattr(value, "pk", value) or ""
        return sign_picture(value) if value and ":" not in value else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "")

    def clean(self, value: Any) -> Any:
        try:
            sha256 = unsign_picture(super().clean(value))
        except BadSignature:
            raise ValidationError(_("Không nhận ra tệp này. Hãy tải tệp lên lại.")) from None
        return StoredFile.objects.filter(pk=sha256).first() if sha256 else None


class DocumentForm(WagtailAdminPageForm):
    """Common to every kind of document. Drafts may be incomplete: what issuing requires is checked
    when issuing."""

    title = forms.CharField(
        label=_("Tên tài liệu"),
        max_length=TITLE_LENGTH,
        widget=forms.Textarea(
            attrs={"rows": 1, "class": "w-field__autosize", "data-controller": "w-autosize"}
        ),
        help_text=_(
            "Như trên trang bìa, không ghi lại loại tài liệu (“Quy trình”, “Biểu mẫu”) ở đầu."
        ),
        error_messages={
            "required": _("Hãy ghi tên tài liệu."),
            "max_length": _("Tên tài liệu dài nhất 500 ký tự (đang có %(show_value)d)."),
        },
    )
    issued_on = DayField(label=_("Ngày ban hành"), required=False)
    effective_on = DayField(
        label=_("Ngày hiệu lực"),
        required=False,
        help_text=_("Để trống nếu có hiệu lực từ ngày ban hành."),
    )
    signers = SignersField(label=_("Người ký"), required=False, widget=widgets.SignersWidget([]))
    change_summary = forms.CharField(
        label=_("Nội dung sửa đổi"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Đã sửa gì so với phiên bản trước, vì sao. Người đọc thấy phần này trong lịch sử phiên bản."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = self.instance.agency
        self.initial["title"] = self.instance.full_title
        self.initial["change_summary"] = self._own_summary()
        signers = self.fields["signers"].widget = widgets.SignersWidget(list(SignerRole.choices))
        signers.is_required = False
        self._scope()
        if "code" in self.fields:
            widget = widgets.CodeWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
            widget.proposal_url = reverse("procedures_admin:next_code", args=[self.instance.pk])
            self.fields["code"].widget = widget

    def _own_summary(self) -> str:
        """Empty while the draft has only the summary of the version with which it began."""
        rows = self.instance.versions.order_by("-ordinal")
        before = rows.values_list("change_summary", flat=True).first()
        return unless_repeated(self.instance.change_summary, before)

    def _scope(self) -> None:
        """Limits choices to the document's own agency."""
        if "unit" in self.fields:
            self.fields["unit"].queryset = self.fields["unit"].queryset.filter(agency=self.agency)
            self.fields["unit"].empty_label = _("— Chưa chọn —")
        if "procedure" in self.fields:
            self._scope_procedures()

    def _scope_procedures(self) -> None:
        """The procedures that the user may read, and the selected one."""
        field = self.fields["procedure"]
        names = self.instance.procedures_offered(self.for_user)
        known = {*names, self.instance.procedure_id} - {None}
        field.queryset = field.queryset.filter(pk__in=known).order_by("code", "title")
        field.empty_label = _("— Không thuộc quy trình nào —")
        field.label_from_instance = lambda page: names.get(page.pk) or _("Bản thảo của người khác")

    def clean_title(self) -> str:
        return " ".join(storable(self.cleaned_data["title"]).split())

    def clean_code(self) -> str:
        return " ".join(self.cleaned_data["code"].split())

    def clean_review_months(self) -> int | None:
        months = self.cleaned_data["review_months"]
        if months is not None and not 1 <= months <= 120:
            raise ValidationError(
                _("Chu kỳ soát xét từ 1 đến 120 tháng; để trống nếu không soát xét định kỳ.")
            )
        return months

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "title" in cleaned:
            self.instance.set_title(cleaned["title"])
            cleaned["title"] = self.instance.title
        if "body" in cleaned and _table_pictures(cleaned["body"]) - self._known_pictures():
            self.add_error(
                "body",
                _(
                    "Một ảnh trong bảng không thuộc tài liệu này. Hãy bỏ ảnh đó, hoặc thêm ảnh bằng khối “Hình ảnh”."
                ),
            )
        return cleaned

    def _known_pictures(self) -> set[str]:
        """Pictures allowed in tables: those of the previous draft and of the
        document's versions."""
        versions = (
            self.instance.versions.values_list("files", flat=True) if self.instance.pk else []
        )
        return _table_pictures(self.instance.body) | {
            file["sha256"] for files in versions for file in files
        }

    def _post_clean(self) -> None:
        """The cited documents are extracted from the text on each save: here, before anything is
        locked."""
        super()._post_clean()
        if not self.errors:
            self.instance.recognise_legal_basis()


class ProcedureForm(DocumentForm):
    """A procedure, optionally for an administrative procedure with a national code."""

    national_code = (
        forms.CharField(  # longer than stored, so that a whole printed code can be pasted
            label=_("Mã thủ tục hành chính"),
            required=False,
            max_length=70,
            help_text=_("Mã quốc gia, ví dụ 1.001193."),
        )
    )

    def clean_national_code(self) -> str:
        """1.001193, or the whole printed code 1.001193.000.00.00.H57, whose tail goes into a
        separate field."""
        value = "".join(self.cleaned_data["national_code"].split())
        if not value or "national_code" not in self.changed_data:
            return value
        found = NATIONAL_CODE.fullmatch(value)
        if found is None:
            raise ValidationError(
                _(
                    "Mã quốc gia gồm một chữ số, dấu chấm và sáu chữ số, ví dụ 1.001193. Phần đuôi như H57 ghi ở ô bên cạnh."
                )
            )
        self._tail = found[2] or ""
        return found[1]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        tail = getattr(self, "_tail", "")
        if tail and not cleaned.get("local_tail"):
            cleaned["local_tail"] = tail
        return cleaned


class FormDocumentForm(DocumentForm):
    """A form: its file, and the procedure it belongs to."""

    file = StoredFileField(label=_("Tệp biểu mẫu"), required=False, widget=widgets.FormFileWidget())

    def clean_file_name(self) -> str:
        name = storable(self.cleaned_data["file_name"]).replace("/", "-").replace("\\", "-").strip()
        return name[:255]


class GeneralForm(DocumentForm):
    """Policy, objectives and the like: the kind is a choice among the general ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [
                c for c in self.fields["kind"].choices if c[0] not in {"procedure", "form", ""}
            ]
