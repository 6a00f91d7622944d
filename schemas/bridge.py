"""Messages between the chat page and the app around it: ``{"type", "id", "payload"}``."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Schema
from schemas.help import Url
from schemas.identity import Locale


class BridgeMessage(Schema):
    """What every message has."""

    id: str = Field(default="", max_length=64)
    """Any text; names the message in logs."""


class Empty(Schema):
    """A payload that says nothing."""


class ReadyPayload(Schema):
    """Version of this protocol."""

    version: Literal[1] = 1


class Ready(BridgeMessage):
    """To the app: the page listens."""

    type: Literal["ready"] = "ready"
    payload: ReadyPayload


class TokenNeeded(BridgeMessage):
    """To the app: send a fresh token."""

    type: Literal["token_needed"] = "token_needed"
    payload: Empty


class DeeplinkPayload(Schema):
    """What to open."""

    url: Url


class Deeplink(BridgeMessage):
    """To the app: open this."""

    type: Literal["deeplink"] = "deeplink"
    payload: DeeplinkPayload


class AnalyticsPayload(Schema):
    """A name and a count, never what was said."""

    name: Literal["opened", "message_sent", "quick_action", "widget_shown", "deeplink", "language"]
    kind: str | None = Field(default=None, max_length=40)
    """On ``widget_shown``: the widget's type; on ``language``: the code of the chat's own."""
    count: int = Field(default=1, ge=1)
    """How many of them this page has seen since it was loaded."""


class AnalyticsEvent(BridgeMessage):
    """To the app: something happened that analytics may count."""

    type: Literal["event"] = "event"
    payload: AnalyticsPayload


class Close(BridgeMessage):
    """To the app: close the webview."""

    type: Literal["close"] = "close"
    payload: Empty


class TokenPayload(Schema):
    """A customer token: a JWT."""

    token: str = Field(min_length=1, max_length=8192)


class Token(BridgeMessage):
    """To the page: sign in, or renew."""

    type: Literal["token"] = "token"
    payload: TokenPayload


class Back(BridgeMessage):
    """To the page: the phone's Back was pressed."""

    type: Literal["back"] = "back"
    payload: Empty


class ThemePayload(Schema):
    """The look to take on."""

    theme: Literal["light", "dark", "system"]


class Theme(BridgeMessage):
    """To the page: take on this look."""

    type: Literal["theme"] = "theme"
    payload: ThemePayload


class LocalePayload(Schema):
    """The language to speak."""

    locale: Locale


class ChangeLocale(BridgeMessage):
    """To the page: speak this language."""

    type: Literal["locale"] = "locale"
    payload: LocalePayload


PageToHost = Annotated[
    Ready | TokenNeeded | Deeplink | AnalyticsEvent | Close, Field(discriminator="type")
]
HostToPage = Annotated[Token | Back | Theme | ChangeLocale, Field(discriminator="type")]
