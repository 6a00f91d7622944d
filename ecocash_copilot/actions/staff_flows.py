"""Sign-ins of staff that are under way at the identity provider: begun here, and finished here.

Each is bound to the browser that began it by a secret in a cookie, and is good for one return.
"""

from dataclasses import dataclass
from datetime import timedelta

from ecocash_copilot.auth.staff_oidc import StaffOidc
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.ids import new_secret, secret_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import STAFF_SIGN_INS
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.codes import StaffFlow, insert_code, take_staff_flow
from schemas.staff import Staff

FLOW_SECONDS = 600
"""How long a sign-in may take at the provider."""

_LATE = "This sign-in took too long, or was begun in another browser. Please try again."
_log = get_logger(__name__)


@dataclass(frozen=True)
class Returned:
    """What the provider sent back with the browser; empty where it sent nothing."""

    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str | None = None


class StaffFlows:
    """Begins and finishes sign-ins at a provider."""

    def __init__(self, store: Store, oidc: StaffOidc) -> None:
        """Keep what is under way in the database, so that any replica can finish it."""
        self._store = store
        self._oidc = oidc

    async def begin(self, browser: str, target: str, *, again: bool = False) -> str:
        """Return the provider's address to send a browser to.

        Args:
            browser: the secret in its cookie.
            target: the page that was asked for.
            again: have the provider ask who it is, also where it knows.

        Raises:
            Unavailable: the provider does not answer.
        """
        state, nonce, verifier = new_secret(), new_secret(), new_secret()
        url = await self._oidc.authorization_url(
            state=state, nonce=nonce, verifier=verifier, again=again
        )
        flow = StaffFlow(
            id=secret_id(state),
            browser=secret_id(browser),
            nonce=nonce,
            verifier=verifier,
            target=target,
            expires_at=now() + timedelta(seconds=FLOW_SECONDS),
        )
        await insert_code(self._store, flow)
        return url

    async def finish(self, browser: str, returned: Returned) -> tuple[Staff, str]:
        """Return who signed in, and the page that was asked for.

        Raises:
            NotAuthenticated: this browser began no such sign-in, or it failed or took too long.
            Unavailable: the provider does not answer.
        """
        try:
            return await self._finish(browser, returned)
        except NotAuthenticated:
            STAFF_SIGN_INS.labels(outcome="refused").inc()
            raise

    async def _finish(self, browser: str, returned: Returned) -> tuple[Staff, str]:
        flow = await take_staff_flow(self._store, secret_id(returned.state))
        if flow is None or flow.browser != secret_id(browser):
            raise NotAuthenticated(_LATE)
        if returned.error or not returned.code:
            _log.info("staff_sign_in_refused", reason=f"provider: {returned.error[:60]}")
            raise NotAuthenticated("The sign-in was not completed.")
        staff = await self._oidc.redeem(
            code=returned.code,
            issuer=returned.issuer,
            nonce=flow.nonce,
            verifier=flow.verifier,
        )
        return staff, flow.target
