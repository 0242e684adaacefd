"""Steps of the search tables, each one transaction; django-simple-history keeps the history."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qms import locks
from qms.errors import Refused
from qms.models import User
from search.models import BestBet, Synonym
from search.tables import best_bets, reports, rules, synonyms


@transaction.atomic
def save_synonym(row: Synonym, *, by: User) -> Synonym:
    """Creates or updates a row. Raises ValidationError, by field, and Refused."""
    locks.hold(locks.Lock.TABLES)
    _check(by, row)
    _check_exists(row)
    row.short, row.long = synonyms.tidy(row.short), synonyms.tidy(row.long)
    synonyms.check(row)
    _save(row)
    return row


@transaction.atomic
def delete_synonym(row: Synonym, *, by: User) -> None:
    locks.hold(locks.Lock.TABLES)
    _check(by, row)
    _check_exists(row)
    row.delete()


@transaction.atomic
def save_best_bet(row: BestBet, *, by: User) -> BestBet:
    """Creates or updates a row and renumbers the others for the same question. A place of 0
    means last.

    Raises ValidationError, by field, and Refused."""
    locks.hold(locks.Lock.TABLES)
    _check(by, row)
    _check_exists(row)
    before = BestBet.objects.filter(pk=row.pk).first()
    row.text = synonyms.tidy(row.text)
    row.words = reports.folded(row.text)
    best_bets.check(row)
    others = list(best_bets.others_for_question(row))
    row.place = min(row.place or len(others) + 1, len(others) + 1)
    _save(row)
    others.insert(row.place - 1, row)
    _renumber(others)
    if before is not None and before.words != row.words:
        _renumber(best_bets.others_for_question(before))
    return row


@transaction.atomic
def delete_best_bet(row: BestBet, *, by: User) -> None:
    locks.hold(locks.Lock.TABLES)
    _check(by, row)
    _check_exists(row)
    others = list(best_bets.others_for_question(row))
    row.delete()
    _renumber(others)


def _check(by: User, row: Synonym | BestBet) -> None:
    if not rules.may_edit_tables(by, row.agency_id):
        raise Refused(
            _(
                "Bảng dùng chung do quản trị hệ thống sửa; bảng của cơ quan do thư ký ISO của cơ quan sửa."
            )
        )


def _check_exists(row: Synonym | BestBet) -> None:
    """Raises Refused for a row that was deleted while this person was changing it."""
    if row.pk is not None and not type(row).objects.filter(pk=row.pk).exists():
        raise Refused(_("Dòng này vừa bị xóa. Hãy tải lại danh sách; cần thì thêm dòng mới."))


def _save(row: Synonym | BestBet) -> None:
    """Saves the row. Raises Refused if somebody else creates the same one at this moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("Vừa có người thêm đúng dòng này. Hãy tải lại danh sách.")) from None


def _renumber(rows: Iterable[BestBet]) -> None:
    """Numbers the rows of one question 1, 2, 3 …"""
    for place, row in enumerate(rows, 1):
        if row.place != place:
            row.place = place
            row.save()
