"""Errors that callers may see. ``detail`` is always safe to show to a stranger."""

# Names say what is wrong, as in "raise NotFound".

from typing import ClassVar


class ProductError(Exception):
    """Something the product refuses or cannot do, for a reason the caller may know."""

    code: ClassVar[str] = "error"
    """Stable, for programs."""
    status: ClassVar[int] = 500
    """The HTTP status that says the same."""
    default_detail: ClassVar[str] = "Something went wrong."

    def __init__(self, detail: str | None = None) -> None:
        """Say what happened in one sentence for people, without secrets or internals."""
        self.detail = detail or self.default_detail
        super().__init__(self.detail)


class NotAuthenticated(ProductError):
    """Nobody we know: no token or session, or one that is not valid (any more)."""

    code = "not_authenticated"
    status = 401
    default_detail = "Please sign in."


class NotAllowed(ProductError):
    """Known, but may not do this."""

    code = "not_allowed"
    status = 403
    default_detail = "You may not do this."


class NotFound(ProductError):
    """No such thing, or one that belongs to somebody else: callers cannot tell which."""

    code = "not_found"
    status = 404
    default_detail = "There is no such thing."


class Conflict(ProductError):
    """Not possible in the state things are in."""

    code = "conflict"
    status = 409
    default_detail = "This is not possible right now."


class Invalid(ProductError):
    """The request breaks a rule about its form or its values."""

    code = "invalid"
    status = 422
    default_detail = "The request is not valid."


class RateLimited(ProductError):
    """Too many requests."""

    code = "rate_limited"
    status = 429
    default_detail = "Too many requests. Please wait a moment."

    def __init__(self, retry_after: float, detail: str | None = None) -> None:
        """``retry_after``: seconds until the next request is worth a try."""
        self.retry_after = retry_after
        super().__init__(detail)


class Unavailable(ProductError):
    """Something this depends on does not answer."""

    code = "unavailable"
    status = 503
    default_detail = "The service is not available right now. Please try again."
