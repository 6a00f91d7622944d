"""Refuses requests that another site makes in a browser."""

from urllib.parse import urlsplit

from starlette.requests import Request

from ecocash_copilot.core.errors import NotAllowed


def refuse_other_sites(request: Request, public_url: str) -> None:
    """Let a request through that a page of ours makes, or a program that is no browser.

    Browsers name the page's origin, and newer ones its relation to ours, where a page cannot
    change it.

    Raises:
        NotAllowed: a page of another site makes the request.
    """
    relation = request.headers.get("sec-fetch-site", "same-origin")
    if relation not in ("same-origin", "none"):
        raise NotAllowed("Requests from other sites are not allowed.")
    origin = request.headers.get("origin")
    if origin == "null" and request.headers.get("sec-fetch-site") == "same-origin":
        # Forms of pages that send no referrer name no origin either; the relation is proof enough.
        return
    if origin is not None and not _is_ours(origin, request, public_url):
        raise NotAllowed("Requests from other sites are not allowed.")


def _is_ours(origin: str, request: Request, public_url: str) -> bool:
    # Behind a proxy the scheme seen here may not be the browser's, but the host is.
    asked = urlsplit(origin)
    ours = (urlsplit(public_url).netloc, request.headers.get("host", ""))
    return asked.scheme in ("http", "https") and bool(asked.netloc) and asked.netloc in ours
