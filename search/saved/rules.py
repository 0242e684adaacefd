"""Who may do what with saved searches: each person with their own, and nobody with another's."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qms.access import Person
from search.models import SavedSearch
from search.page.params import Asked

MOST = 50  # of one person
MOST_MAILED = 10  # of one person with mails: the clock asks all of them in one transaction
MOST_FOLLOWED = 500  # results of a question of which news can be mailed


def own(user: Person) -> "QuerySet[SavedSearch]":
    """The person's own; what is another's answers 404."""
    return (
        SavedSearch.objects.filter(person=user)
        if user.is_authenticated and user.is_active
        else SavedSearch.objects.none()
    )


def why_not_one_more(user: Person) -> str:
    """Empty where the person may keep another one; else a sentence that says what to do."""
    if own(user).count() < MOST:
        return ""
    return _(
        "Bạn đã lưu %(count)s tìm kiếm, là số nhiều nhất có thể lưu. Hãy xóa bớt tìm kiếm không còn dùng rồi lưu lại."
    ) % {"count": MOST}


def why_no_more_mails(user: Person) -> str:
    """Empty where the person may have news of another one mailed; else a sentence that says what to do."""
    if own(user).filter(mails=True).count() < MOST_MAILED:
        return ""
    return _(
        "Bạn đang nhận thư của %(count)s tìm kiếm, là số nhiều nhất có thể nhận. Hãy tắt thư của một tìm kiếm khác trước."
    ) % {"count": MOST_MAILED}


def same_question(user: Person, asked: Asked) -> SavedSearch | None:
    """The one under which the person keeps this very question."""
    return own(user).filter(query=asked.address).first() if user.is_authenticated else None
