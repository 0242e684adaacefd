"""Who may do what with saved searches: each person with their own only."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qms.access import Person
from search.models import SavedSearch
from search.page.params import SearchParams

MOST = 50  # per person
MOST_MAILED = 10  # per person with mails: the scheduler runs all of them in one transaction
MOST_FOLLOWED = 500  # maximum results of a question whose news can be mailed


def own(user: Person) -> "QuerySet[SavedSearch]":
    """The person's own saved searches; views answer 404 for others."""
    return (
        SavedSearch.objects.filter(person=user)
        if user.is_authenticated and user.is_active
        else SavedSearch.objects.none()
    )


def why_not_one_more(user: Person) -> str:
    """User-facing reason, with advice, why the person can't save another one; empty if they can."""
    if own(user).count() < MOST:
        return ""
    return _(
        "Bạn đã lưu %(count)s tìm kiếm, là số nhiều nhất có thể lưu. Hãy xóa bớt tìm kiếm không còn dùng rồi lưu lại."
    ) % {"count": MOST}


def why_no_more_mails(user: Person) -> str:
    """User-facing reason, with advice, why no further search can have mails; empty if one can."""
    if own(user).filter(mails=True).count() < MOST_MAILED:
        return ""
    return _(
        "Bạn đang nhận thư của %(count)s tìm kiếm, là số nhiều nhất có thể nhận. Hãy tắt thư của một tìm kiếm khác trước."
    ) % {"count": MOST_MAILED}


def same_question(user: Person, asked: SearchParams) -> SavedSearch | None:
    """The person's saved search with this very question, or None."""
    return own(user).filter(query=asked.address).first() if user.is_authenticated else None
