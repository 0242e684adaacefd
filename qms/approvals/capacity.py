"""In whose name somebody signs, as Decree 30/2020 (Annex I) has it written: "TM. Ủy ban nhân dân",
"KT. Giám đốc"."""

from django.utils.translation import gettext as _

from qms.models import Agency, Meaning, Signature
from qms.roles import Capacity
from qms.text.folding import fold


def for_whom(agency: Agency, capacity: str, instead_post: str = "") -> str:
    """In whose name somebody signs: with TM. the body's, with the others its head's.
    `instead_post`: the post of the absent person, used unless it is a deputy's, since nobody signs
    KT. for a deputy."""
    committee = agency.kind in {Agency.Kind.WARD, Agency.Kind.COMMUNE}
    if capacity == Capacity.ON_BEHALF:
        return _("Ủy ban nhân dân") if committee else agency.name
    if instead_post and not fold(instead_post).startswith("pho "):
        return instead_post
    if committee:
        return _("Chủ tịch")
    return _("Giám đốc") if agency.kind == Agency.Kind.DEPARTMENT else _("Thủ trưởng")


def effective(capacity: str, meaning: str, instead: bool) -> str:
    """The capacity in which a step is signed. A review in one's own right is signed with one's own
    post, without a capacity other than Q., which is part of the post."""
    own_right = meaning == Meaning.REVIEWED and not instead
    return "" if own_right and capacity != Capacity.ACTING else capacity


def written(post: str, capacity: str, whose: str) -> str:
    """Capacity and post on one line: "KT. Giám đốc, Phó Giám đốc", "Q. Giám đốc", or the post
    alone."""
    if not capacity:
        return post
    if capacity == Capacity.ACTING:
        return f"{capacity} {post}".strip()
    return ", ".join(filter(None, (f"{capacity} {whose}", post)))


def line(agency: Agency, post: str, capacity: str, meaning: str, instead_post: str | None) -> str:
    """The post as it is written under a step. `instead_post`: that of the absent person; None if
    the signer signs in their own right."""
    found = effective(capacity, meaning, instead_post is not None)
    return written(post, found, for_whom(agency, found, instead_post or "") if found else "")


def of_signature(one: Signature) -> str:
    """The effective capacity of a signature."""
    return effective(one.capacity, one.meaning, one.instead_of_id is not None)


def line_of(one: Signature) -> str:
    """The post as it is written next to the signer's name."""
    if not of_signature(one):
        return one.post
    instead_post = one.instead_post if one.instead_of_id else None
    return line(one.approval.agency, one.post, one.capacity, one.meaning, instead_post)
