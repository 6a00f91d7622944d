"""RFC 9457 problem details: the one form of every HTTP error."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Scope

from ecocash_copilot.core.errors import ProductError, RateLimited

MEDIA_TYPE = "application/problem+json"

REQUEST_ID = "ecocash.request_id"
"""Key of the ASGI scope that holds the id of the request."""


class MethodNotAllowed(ProductError):
    """The address exists, but not for this method."""

    code = "method_not_allowed"
    status = 405
    default_detail = "This address does not take this method."


class TooLarge(ProductError):
    """The body is longer than is read."""

    code = "too_large"
    status = 413
    default_detail = "The request is too large."


class Malformed(ProductError):
    """The body is not what its media type says."""

    code = "malformed"
    status = 400
    default_detail = "The request is not valid JSON."


class UnsupportedMedia(ProductError):
    """The body is not JSON."""

    code = "unsupported_media_type"
    status = 415
    default_detail = "Send application/json."


def problem(
    scope: Scope, error: ProductError, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Return the answer for an error; ``more`` are extension members."""
    extra = dict(headers or {})
    if isinstance(error, RateLimited):
        extra["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        extra.setdefault("WWW-Authenticate", "Bearer")
    body = {
        "type": f"urn:ecocash-copilot:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": scope.get(REQUEST_ID, ""),
        **more,
    }
    extra["Cache-Control"] = "no-store"
    return JSONResponse(body, error.status, extra, MEDIA_TYPE)
