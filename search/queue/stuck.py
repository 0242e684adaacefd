"""Objects that could not be indexed, reported to system administrators by number and owner, never
by content."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.work import failures
from qms.work.failures import Trouble
from search import registry
from search.index.prepared import Card
from search.models import Listing, Pending
from search.queue import pending

SHOWN = 50  # shown at once; the rest appear as these are resolved

# The reason, by the kind of error of the last attempt. The full error is only in the server's log,
# since it may cite content.
REASONS = {
    "OperationalError": gettext_lazy("Cơ sở dữ liệu bận hoặc mất kết nối vào lúc đó."),
    "InterfaceError": gettext_lazy("Cơ sở dữ liệu bận hoặc mất kết nối vào lúc đó."),
    "MemoryError": gettext_lazy("Máy chủ hết bộ nhớ vào lúc đó."),
    "OSError": gettext_lazy("Máy chủ không đọc hoặc ghi được tệp vào lúc đó."),
    "LookupError": gettext_lazy("Loại nội dung này không còn trong phần mềm."),
    "ValueError": gettext_lazy("Máy tìm kiếm không nhận nội dung này."),
}
OTHER_REASON = gettext_lazy("Nội dung có chỗ không đọc được để đưa vào chỉ mục.")


def register() -> None:
    """Called once, when the app is ready."""
    failures.register(
        "index",
        gettext_lazy("Không lập chỉ mục được"),
        found=found,
        retry=retry,
        discard=discard,
        count=count,
        retry_all=pending.retry_all,
    )


def _objects() -> "QuerySet[Pending, Any]":
    return pending.set_aside().order_by().values("source", "object_id")


def count() -> int:
    return _objects().distinct().count()


def found() -> list[Trouble]:
    """The latest distinct stuck objects. A constant number of queries."""
    rows = list(
        _objects()
        .annotate(latest=Max("pk"), tries=Max("tries"), at=Max("next_try"))
        .order_by("-latest")[:SHOWN]
    )
    errors = dict(
        Pending.objects.filter(pk__in=[row["latest"] for row in rows]).values_list("pk", "error")
    )
    names = _names([(row["source"], row["object_id"]) for row in rows])
    return [
        Trouble(
            "index", f"{row['source']}:{row['object_id']}", names[row["source"], row["object_id"]], _detail(errors[row["latest"]]), row["at"], row["tries"],
            reason=str(REASONS.get(_kind(errors[row["latest"]]), OTHER_REASON)),
        )
        for row in rows
    ]  # fmt: skip


def _names(objects: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """{(source, ID): name} by number and owner; with the title if it is public."""
    titles: dict[str, str] = {}
    open_to_all = Listing.objects.filter(
        group="document",
        origin__in=[f"{source}:{pk}" for source, pk in objects],
        readers__contains=" public ",
    )
    for origin, card in open_to_all.order_by("pk").values_list("origin", "card"):
        shown = Card(card)
        titles[origin] = f"{shown.code} – {shown.title}" if shown.code else shown.title
    names: dict[tuple[str, int], str] = {}
    for source in {source for source, _pk in objects}:
        for pk, name in registry.names_of(
            source, [pk for one, pk in objects if one == source]
        ).items():
            title = titles.get(f"{source}:{pk}")
            names[source, pk] = f"{name} “{title}”" if title else name
    return names


def _kind(error: str) -> str:
    return error.partition(":")[0]


def _detail(error: str) -> str:
    return _("%(kind)s; toàn văn lỗi nằm trong nhật ký của máy chủ (mục “search”).") % {
        "kind": _kind(error)
    }


def _rows(key: str) -> "QuerySet[Pending]":
    source, _colon, pk = key.rpartition(":")
    return pending.set_aside().filter(source=source, object_id=int(pk))


def retry(key: str) -> None:
    pending.requeue(_rows(key))


def discard(key: str) -> None:
    """Leaves the object out of the index until it is changed or the index is rebuilt."""
    _rows(key).delete()
