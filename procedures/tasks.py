"""Work of the import that goes on in the background. Every task may run twice without harm."""

import atexit
import logging
import threading

from django_tasks import task

from procedures.derived import pictures
from procedures.importing import batches
from procedures.models import ImportItem
from procedures.sandbox.readers import Readers

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()
_kept: list[Readers] = []  # the worker's own reading process, kept from task to task


@task(queue_name="imports")
def read_item(pk: int) -> str:
    """Reads one file of a batch. Returns the state it is in then; an item that needs no reading is left as it is."""
    item = batches.begin_reading(pk)
    if item is None:
        return "nothing to read"
    with _one_at_a_time:
        for answer in _reader().read([batches.job_of(item)]):
            batches.finish_reading(item, answer)
            pictures.enqueue_missing([picture.sha256 for picture in answer.pictures.values()])
    return ImportItem.objects.values_list("state", flat=True).get(pk=pk)


def _reader() -> Readers:
    if not _kept:
        _kept.append(Readers(1))
        atexit.register(_kept[0].close)
    return _kept[0]
