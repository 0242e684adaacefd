from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from qms import background, health
        from search import labels, pending, reports

        background.every(1, pending.empty_all, name="search.pending", label=gettext_lazy("Cập nhật chỉ mục tìm kiếm"))
        background.every(3600, reports.forget_old, name="search.forget_old", label=gettext_lazy("Dọn nhật ký tìm kiếm cũ"))
        health.register("index", labels.check_index)
        labels.register()
