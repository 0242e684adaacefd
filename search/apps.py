from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from qms import background, health
        from search import labels, pending, reports

        background.every(1, pending.empty_all, name="search.pending")
        background.every(3600, reports.forget_old, name="search.forget_old")
        health.register("index", labels.check_index)
        labels.register()
