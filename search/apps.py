from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from qms.work import background, due, health
        from search import labels
        from search.meaning import embedding, upkeep
        from search.queue import pending, stuck
        from search.saved import news
        from search.tables import reports

        background.every(
            1,
            pending.drain_all,
            name="search.queue.pending",
            label=gettext_lazy("Cập nhật chỉ mục tìm kiếm"),
        )
        background.every(
            3600,
            reports.forget_old,
            name="search.forget_old",
            label=gettext_lazy("Dọn nhật ký tìm kiếm cũ"),
        )
        due.register(news.WORK, news.check_person)
        background.every(
            300,
            news.plan_today,
            name="search.news",
            label=gettext_lazy("Thư của các tìm kiếm đã lưu"),
        )
        background.every(
            2,
            upkeep.catch_up,
            name="search.meaning",
            label=gettext_lazy("Tính nghĩa của tài liệu để tìm kiếm"),
        )
        health.register("index", labels.check_index)
        health.register_optional("meaning", embedding.state)
        labels.register()
        stuck.register()
