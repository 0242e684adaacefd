"""Forms of change requests. They validate the input; the lifecycle steps decide."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures import content as reading
from procedures.changes.lifecycle import LONGEST
from procedures.content.outline import anchors, parts
from procedures.content.schema import Content
from procedures.models import ChangeRequest
from qms.choices import offer, offer_values
from qms.proof.upload_fields import UploadField

SHORT = 80  # letters of a step in the list of places
ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx"


class Words(forms.CharField):
    """A multi-line text."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(widget=widget, max_length=LONGEST, **kwargs)


class RequestForm(forms.Form):
    """What to change, and where; only the text is required."""

    what = Words(label=_("Nội dung chưa đúng hoặc cần sửa đổi"), help_text=_("Một hai câu là đủ."))
    place = forms.ChoiceField(label=_("Ở chỗ nào?"), required=False)
    proposed = Words(label=_("Câu chữ đề nghị"), required=False)
    why = Words(label=_("Lý do"), required=False, rows=2)
    file = UploadField(
        label=_("Tệp kèm theo"),
        required=False,
        help_text=_("Ảnh, PDF, Word hoặc Excel, tối đa 20 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places_of(content)
        choices = [(name, name) for name in self.places]
        offer_values(self, "place", [("", gettext("Cả tài liệu, hoặc không rõ")), *choices])

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the step."""
        return {**self.cleaned_data, "anchor": self.places.get(self.cleaned_data["place"], "")}


def places_of(content: Content) -> dict[str, str]:
    """{name of a place as readers know it: its anchor on the page}: sections with their headings,
    steps, forms."""
    found = {
        part.label[:250]: part.anchor for part in parts(content) if part.in_body and part.label
    }
    of_kind = {
        section.get("kind", ""): anchor
        for section, anchor in zip(content.get("sections", ()), anchors(content), strict=True)
    }
    for number, step in enumerate(reading.steps(content), 1):
        name = gettext("Bước %(number)s: %(text)s") % {
            "number": _number(step["number"]) or number,
            "text": Truncator(step["action"]).chars(SHORT),
        }
        found.setdefault(name, of_kind.get("content", ""))
    for form in reading.forms(content):
        name = " ".join(x for x in (form.get("code"), form.get("name")) if x)[:250]
        if name:
            found.setdefault(
                gettext("Biểu mẫu %(name)s") % {"name": name[:200]}, of_kind.get("forms", "")
            )
    return found


def _number(printed: str) -> str:
    """The number "3" from "Bước 3."."""
    return "".join(c for c in printed if c.isdigit() or c == ".").strip(".")


class DeclineForm(forms.Form):
    reason = Words(label=_("Lý do không nhận"))


class JoinForm(forms.Form):
    to = forms.ModelChoiceField(ChangeRequest.objects.none(), label=_("Gộp vào yêu cầu"))

    def __init__(self, *args: Any, request: ChangeRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = (ChangeRequest.State.OPEN, ChangeRequest.State.ACCEPTED)
        others = ChangeRequest.objects.filter(document=request.document_id, state__in=states)
        offer(self, "to", others.exclude(pk=request.pk).order_by("pk"), called=_called)


def _called(request: ChangeRequest) -> str:
    return f"{request.pk}: {request.what[:100]}"


class LineForm(forms.Form):
    """The line of the amendment log for the next version."""

    place = forms.CharField(label=_("Chỗ sửa"), required=False, max_length=500)
    summary = forms.CharField(
        label=_("Nội dung sửa đổi"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Để trống cả hai ô thì dòng này được viết lại từ các yêu cầu đã nhận."),
    )
