"""Notes which result of a search is opened, at the document's own address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from search.page import query_log


class OpenedResults:
    """Most requests cost a look at the cookies; one that comes from a result is noted once it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = query_log.opening(request)
        response = self.get_response(request)
        if found and response.status_code == 200:
            query_log.opened(*found, response)
        return response
