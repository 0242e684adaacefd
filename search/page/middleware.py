"""Logs which search result is opened, at the document's own URL."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from search.page import query_log


class OpenedResults:
    """Logs requests that follow a search result, after their response. Others only cost a check of
    the cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = query_log.followed_result(request)
        response = self.get_response(request)
        if found and response.status_code == 200:
            query_log.log_opened(*found, response)
        return response
