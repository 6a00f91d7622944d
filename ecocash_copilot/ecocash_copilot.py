"""Composition root: the pages, the state, the HTTP addresses and the running product, joined."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx
from starlette.types import ASGIApp

from components.markup import el
from components.styles import CHAT_STYLES
from ecocash_copilot.api.request_log import RequestLog
from ecocash_copilot.api.security_headers import SecurityHeaders
from ecocash_copilot.api.staff_gate import StaffGate
from ecocash_copilot.core.garbage import settle_garbage_collection
from ecocash_copilot.core.logging import configure_logging, get_logger
from ecocash_copilot.core.settings import Settings, load_settings
from ecocash_copilot.front_door import FrontDoor
from ecocash_copilot.pages.board import ROUTE as BOARD_ROUTE
from ecocash_copilot.pages.board import board_page
from ecocash_copilot.pages.chat import chat_page
from ecocash_copilot.pages.demo import dev_demo_page
from ecocash_copilot.pages.gallery import gallery_page
from ecocash_copilot.pages.home import dev_home_page
from ecocash_copilot.pages.not_found import ROUTE as NOT_FOUND_ROUTE
from ecocash_copilot.pages.not_found import not_found_page
from ecocash_copilot.pages.story import ROUTE as STORY_ROUTE
from ecocash_copilot.pages.story import story_page
from ecocash_copilot.runtime import running
from ecocash_copilot.state.board import BoardState
from ecocash_copilot.state.chat import ChatState
from ecocash_copilot.state.gallery import GalleryState
from ecocash_copilot.state.live_pages import follow_sockets
from ecocash_copilot.state.services import live_pages
from ecocash_copilot.state.story import StoryState
from ecocash_copilot.web.static import mount_frontend

# Reflex's signatures hold unknown types.
_chat_state: Any = ChatState
_board_state: Any = BoardState
_gallery_state: Any = GalleryState
_story_state: Any = StoryState
# Up to the edges of a screen with a notch, and smaller where a keyboard comes up.
VIEWPORT = (
    "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
)
_log = get_logger(__name__)
_doors: list[FrontDoor] = []
_gates: list[StaffGate] = []


def _http(pages: ASGIApp) -> ASGIApp:
    """Put our own addresses, headers and log before the pages."""
    settings = load_settings()
    gate = StaffGate(pages, dev=settings.is_dev)
    door = FrontDoor(gate, dev=settings.is_dev)
    _doors[:], _gates[:] = [door], [gate]
    return RequestLog(SecurityHeaders(door, settings))


@asynccontextmanager
async def _product() -> AsyncGenerator[None]:
    """Hold the product open while the web server serves."""
    settings = load_settings()
    async with running(settings) as product:
        # Reflex and the web server have set up logs of their own by now.
        configure_logging(settings.log_level)
        for door in _doors:
            door.own = product.http
        for gate in _gates:
            gate.sign_in = product.services.staff_sign_in
        settle_garbage_collection()
        yield


def _log_backend_error(exception: Exception) -> None:
    """Log what no handler caught; the page's own state says what the customer sees."""
    _log.error("event_failed", exc_info=exception)


def _log_frontend_error(exception: Exception) -> None:
    """Log what a browser reports, cut short: anybody can send it."""
    _log.warning("browser_error", detail=str(exception)[:1000])


app: Any = rx.App(
    app_wraps={},
    backend_exception_handler=_log_backend_error,
    frontend_exception_handler=_log_frontend_error,
    toaster=None,
    stylesheets=[*CHAT_STYLES],
    head_components=[
        el.meta(name="viewport", content=VIEWPORT),
        el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
    ],
    reset_style=False,
    api_transformer=[mount_frontend, _http],
)
follow_sockets(app.event_namespace, live_pages)
app.add_page(chat_page, route="/chat", title="EcoCash Help", on_load=_chat_state.open_chat)
app.add_page(
    board_page, route=BOARD_ROUTE, title="EcoCash Support", on_load=_board_state.open_board
)
app.add_page(
    gallery_page,
    route="/gallery",
    title="EcoCash gallery",
    on_load=_gallery_state.open_gallery,
)
app.add_page(
    story_page, route=STORY_ROUTE, title="EcoCash gallery", on_load=_story_state.open_story
)
app.add_page(not_found_page, route=NOT_FOUND_ROUTE, title="EcoCash")
if Settings().is_dev:
    app.add_page(dev_home_page, route="/", title="EcoCash Copilot")
    app.add_page(dev_demo_page, route="/demo", title="EcoCash Copilot demo")
app.register_lifespan_task(_product)
