from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QmsConfig(AppConfig):
    name = "qms"
    verbose_name = "QMS"

    def ready(self) -> None:
        from qms import append_only, background, due, housekeeping, mail, tasks

        append_only.protect("qms_event", ("id",), ("agency_id", "number"))
        append_only.protect("qms_storedfile", ("sha256",))
        post_migrate.connect(append_only.after_migration, dispatch_uid="qms.append_only")
        background.every(1, tasks.run_default_queue)
        background.every(2, tasks.take_up_killed)
        background.every(2, tasks.retry_failed)
        background.every(3600, tasks.forget_old)
        background.every(5, due.run_due)
        background.every(6 * 3600, housekeeping.tidy)
        background.every(2, mail.send_waiting)
