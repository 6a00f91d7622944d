"""Cookies of staff's browsers: the session's secret, and the one that binds a sign-in."""

from urllib.parse import urlsplit

from starlette.responses import Response

from ecocash_copilot.actions.staff_flows import FLOW_SECONDS
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE
from ecocash_copilot.core.settings import Settings

_FLOW_COOKIE = "eco_staff_flow"


class StaffCookies:
    """Writes the cookies. Pages of staff are framed by nobody, so ``Lax`` reaches far enough."""

    def __init__(self, settings: Settings) -> None:
        """Over https they are ``Secure``."""
        self._secure = urlsplit(settings.public_url).scheme == "https"
        self._session_seconds = int(settings.session_max_seconds)

    @property
    def flow_name(self) -> str:
        """Over https no other host of the domain can plant this one."""
        return f"__Host-{_FLOW_COOKIE}" if self._secure else _FLOW_COOKIE

    def set_session(self, response: Response, secret: str) -> None:
        """Put a session into the browser, for as long as one can last."""
        self._write(response, STAFF_COOKIE, secret, self._session_seconds)

    def clear_session(self, response: Response) -> None:
        """Take the session out of the browser."""
        self._write(response, STAFF_COOKIE, "", 0)

    def set_flow(self, response: Response, secret: str) -> None:
        """Mark the browser that begins a sign-in."""
        self._write(response, self.flow_name, secret, FLOW_SECONDS)

    def clear_flow(self, response: Response) -> None:
        """Take the mark away."""
        self._write(response, self.flow_name, "", 0)

    def _write(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name, value, seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
