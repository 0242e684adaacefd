from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        from procedures import attached, index_names, indexing, people_indexing, search_names
        from qms import append_only, background

        append_only.protect("procedures_version", ("id",), ("document_id", "ordinal"))
        append_only.protect("procedures_versionact", ("id",))
        indexing.register()
        search_names.register()
        index_names.register()
        people_indexing.register()
        background.every(5, attached.read_waiting, name="procedures.files", label=gettext_lazy("Đọc chữ trong tệp kèm theo"))
        background.every(86_400, attached.expect_all, name="procedures.expect_files", label=gettext_lazy("Tìm tệp chưa đọc chữ"))
