"""Notices to the mobile backend: signed webhooks, and in dev the console."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

import httpx
from pydantic import SecretStr

from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.settings import Settings
from schemas.notice import Notice, PushEvent

EVENT_HEADER = "EcoCash-Event-Id"
TIMESTAMP_HEADER = "EcoCash-Timestamp"
SIGNATURE_HEADER = "EcoCash-Signature"

ATTEMPT_SECONDS = 10.0
"""How long one attempt may take, from the connection to the answer's first line."""

CONNECT_SECONDS = 3.0
LONGEST_RETRY_AFTER = 3600.0
KEPT = 200
"""Notices the console remembers."""

_log = get_logger(__name__)


class NotDelivered(Exception):
    """The receiver did not take a notice. The message holds no secret and nothing of its data."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        """``retry_after``: seconds in which the receiver wants to be left alone."""
        super().__init__(reason)
        self.retry_after = retry_after


class NoticeGateway(Protocol):
    """Takes notices to the outside."""

    async def deliver(self, notice: Notice) -> None:
        """Deliver one notice. It may come again: its id says that it is the same.

        Raises:
            NotDelivered: try again later.
        """
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class HttpWebhook:
    """Posts each notice as JSON, signed so that the receiver knows who sent it, and when."""

    def __init__(
        self,
        url: str,
        secret: SecretStr,
        *,
        seconds: float = ATTEMPT_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            seconds: how long an attempt may take.
            clock: seconds since 1970.
        """
        self._url = url
        self._secret = secret
        self._seconds = seconds
        self._clock = clock
        # No redirects: a signed body goes where it was meant to go. No proxies or .netrc either.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            follow_redirects=False,
            trust_env=False,
        )

    async def deliver(self, notice: Notice) -> None:
        """Post a notice; any 2xx answer means that it was taken.

        Raises:
            NotDelivered: another answer, none in time, or no connection.
        """
        body = webhook_body(notice)
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            EVENT_HEADER: notice.id,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                # What it says beyond its status is nobody's business, however long it is.
                if not answer.is_success:
                    raise NotDelivered(
                        f"answered {answer.status_code}",
                        _seconds_of(answer.headers.get("retry-after", "")),
                    )
        except TimeoutError:
            raise NotDelivered(f"no answer within {self._seconds:g} s") from None
        except httpx.HTTPError as error:
            raise NotDelivered(f"no answer: {type(error).__name__}") from None

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()


class ConsoleWebhook:
    """Logs notices and keeps the latest, so that /demo can show them as a phone would."""

    def __init__(self, forward: NoticeGateway | None = None) -> None:
        """``forward``: where notices really go as well."""
        self._forward = forward
        self._kept: deque[tuple[int, Notice]] = deque(maxlen=KEPT)
        self._count = 0

    async def deliver(self, notice: Notice) -> None:
        """Take a notice.

        Raises:
            NotDelivered: it was to be forwarded, and could not be.
        """
        if self._forward is not None:
            await self._forward.deliver(notice)
        self._count += 1
        self._kept.append((self._count, notice))
        _log.info(
            "notice",
            type=notice.type,
            id=notice.id,
            customer=notice.customer_id,
            title=notice.data.title,
        )

    def latest(self, customer_id: str, after: int) -> tuple[int, list[Notice]]:
        """Return a customer's notices after the one numbered ``after``, oldest first.

        Returns:
            The number to ask with next time, and the notices.
        """
        if after > self._count:
            after = 0  # From before a restart.
        found = [
            notice
            for number, notice in self._kept
            if number > after and notice.customer_id == customer_id
        ]
        return self._count, found

    async def aclose(self) -> None:
        """Close what it forwards to."""
        if self._forward is not None:
            await self._forward.aclose()


class NoWebhook:
    """Tells nobody: production where no receiver is configured."""

    async def deliver(self, notice: Notice) -> None:
        """Do nothing."""

    async def aclose(self) -> None:
        """Do nothing."""


def notice_gateway(settings: Settings) -> NoticeGateway:
    """Return where notices go according to the settings."""
    http: NoticeGateway | None = None
    if settings.webhook_url:
        http = HttpWebhook(settings.webhook_url, settings.webhook_secret)
    if settings.is_dev:
        return ConsoleWebhook(http)
    if http is None:
        _log.warning("webhook_not_configured")
    return http or NoWebhook()


def webhook_body(notice: Notice) -> bytes:
    """Return what is posted for a notice: the same bytes at each attempt."""
    document = notice.model_dump(mode="json", include=set(PushEvent.model_fields))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def sign(secret: SecretStr, timestamp: str, body: bytes) -> str:
    """Return ``v1=`` and the HMAC-SHA256 over ``timestamp.body`` in hexadecimal."""
    message = timestamp.encode() + b"." + body
    digest = hmac.new(secret.get_secret_value().encode(), message, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def _seconds_of(retry_after: str) -> float | None:
    """Return a ``Retry-After`` in seconds; a date counts as none."""
    return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdecimal() else None
