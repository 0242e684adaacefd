"""The declaration made by signing."""

from django.utils.translation import gettext as _

from qms.models import Meaning


def sentence_of(meaning: str, items: int) -> str:
    """The sentence shown before signing and kept with the signature."""
    if items == 1:
        if meaning == Meaning.REVIEWED:
            return _("Tôi đã xem xét nội dung có mã băm nêu trên và đề nghị phê duyệt.")
        return _("Tôi đã xem xét nội dung có mã băm nêu trên và phê duyệt.")
    count = {"count": items}
    if meaning == Meaning.REVIEWED:
        return (
            _("Tôi đã xem xét từng nội dung trong danh sách %(count)s nội dung có mã băm nêu trên và đề nghị phê duyệt.")
            % count
        )  # fmt: skip
    return (
        _("Tôi đã xem xét danh sách %(count)s nội dung có mã băm nêu trên và phê duyệt tất cả.")
        % count
    )
