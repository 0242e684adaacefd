from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        from procedures import attached, frame, index_names, indexing, people_indexing, search_names
        from qms import append_only, background, troubles

        append_only.protect("procedures_version", ("id",), ("document_id", "ordinal"))
        append_only.protect("procedures_versionact", ("id",))
        frame.register()
        indexing.register()
        search_names.register()
        index_names.register()
        people_indexing.register()
        background.every(
            5, attached.read_waiting, name="procedures.files", label=_("Đọc chữ trong tệp kèm theo")
        )
        background.every(
            86_400,
            attached.expect_all,
            name="procedures.expect_files",
            label=_("Tìm tệp chưa đọc chữ"),
        )
        troubles.name_task("procedures.tasks.read_item", _("Đọc tệp nhập vào"))
        troubles.name_task("procedures.tasks.show_pictures", _("Chuyển hình sang dạng xem được"))
