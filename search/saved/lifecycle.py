"""Steps of saved searches, each one transaction with its history."""

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms import access, locks
from qms.errors import Refused
from qms.models import User
from search.models import SavedSearch
from search.page.params import SearchParams
from search.saved import news, rules

LONGEST = SavedSearch._meta.get_field("query").max_length


@transaction.atomic
def save(asked: SearchParams, *, name: str, mails: bool, by: User) -> SavedSearch:
    """Saves a question under a name. Raises Refused for too many searches, a duplicate name, an
    empty or too long question."""
    # Otherwise two concurrent ones could both be the last one allowed
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if reason := rules.why_not_one_more(by):
        raise Refused(reason)
    if not asked.has_criteria:
        raise Refused(_("Chưa có gì để lưu. Hãy nhập từ cần tìm hoặc chọn bộ lọc trước."))
    if len(asked.address) > (LONGEST or 0):
        raise Refused(_("Tìm kiếm này quá dài để lưu. Hãy bớt từ hoặc bớt bộ lọc."))
    saved = SavedSearch(person=by, name=name, query=asked.address)
    return _save(saved, mails=mails, by=by)


@transaction.atomic
def change(saved: SavedSearch, *, name: str, mails: bool, by: User) -> SavedSearch:
    """Renames it and switches its mails on or off. Raises Refused for a duplicate name, or if there
    is too much to follow."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    saved = locks.row(rules.own(by), saved.pk)
    saved.name = name
    return _save(saved, mails=mails, by=by)


def _save(saved: SavedSearch, *, mails: bool, by: User) -> SavedSearch:
    begins = mails and not saved.mails
    saved.mails, saved.language = mails, get_language() or "vi"
    if begins and (
        reason := rules.why_no_more_mails(by) or news.why_not_followed(saved, access.tokens_for(by))
    ):
        raise Refused(reason)
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise Refused(
            _("Bạn đã có một tìm kiếm tên “%(name)s”. Hãy đặt tên khác.") % {"name": saved.name}
        ) from None
    if begins:
        news.begin(saved, access.tokens_for(by))
    return saved


@transaction.atomic
def delete(saved: SavedSearch, *, by: User) -> None:
    """Deletes it."""
    rules.own(by).filter(pk=saved.pk).delete()


@transaction.atomic
def stop_mails(person: User) -> int:
    """Switches off the mails of all the person's saved searches. Returns how many had them on."""
    rows = list(
        SavedSearch.objects.select_for_update(no_key=True).filter(person=person, mails=True)
    )
    for saved in rows:
        saved.mails = False
        saved.save()
    return len(rows)
