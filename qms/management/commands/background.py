"""manage.py background: indexing, scheduled work, mails, short tasks, and tasks of killed workers,
until it is stopped."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from qms.commands import OurCommand
from qms.work import background, process_locks


class Command(OurCommand):
    help = "Chạy việc nền: lập chỉ mục, việc đến hạn, gửi thư, tác vụ ngắn."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        try:
            background.run(
                stop, ready=lambda: self.stdout.write(_("Việc nền đang chạy."), ending="\n")
            )
        except process_locks.Held:
            raise CommandError(
                _(
                    "Một tiến trình nền khác đang dùng thư mục dữ liệu này. Hãy dừng tiến trình đó trước."
                ),
                returncode=1,
            ) from None
