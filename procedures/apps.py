from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        from procedures import indexing
        from qms import append_only

        append_only.protect("procedures_version", ("id",), ("document_id", "ordinal"))
        append_only.protect("procedures_versionact", ("id",))
        indexing.register()
