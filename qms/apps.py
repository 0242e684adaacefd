from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QmsConfig(AppConfig):
    name = "qms"
    verbose_name = "QMS"

    def ready(self) -> None:
        from qms import append_only

        append_only.protect("qms_event", ("id",), ("agency_id", "number"))
        append_only.protect("qms_storedfile", ("sha256",))
        post_migrate.connect(append_only.after_migration, dispatch_uid="qms.append_only")
