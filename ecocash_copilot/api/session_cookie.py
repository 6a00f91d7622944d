"""The cookie that holds a customer's session: an opaque secret, for our own pages alone."""

from urllib.parse import urlsplit

from starlette.responses import Response

from ecocash_copilot.actions.sign_in import SESSION_COOKIE
from ecocash_copilot.core.settings import Settings


def set_session_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Put a session into the browser, for as long as a session can last."""
    _write(response, settings, secret, int(settings.session_max_seconds))


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Take the session out of the browser."""
    _write(response, settings, "", 0)


def _write(response: Response, settings: Settings, value: str, seconds: int) -> None:
    # Written by hand: the standard library knows `Partitioned` from Python 3.14 on only.
    cookie = f"{SESSION_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly"
    response.headers.append("Set-Cookie", f"{cookie}; {_reach(settings)}")


def _reach(settings: Settings) -> str:
    """In another site's frame a cookie needs ``SameSite=None``, which needs ``Secure``."""
    if urlsplit(settings.public_url).scheme != "https":
        return "SameSite=Lax"
    framed = "SameSite=None; Partitioned"
    return f"Secure; {framed if settings.embed_origins else 'SameSite=Lax'}"
