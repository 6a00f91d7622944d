"""Chromium at phone size, with a watch over what a page must not do."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    async_playwright,
)

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # Chromium draws the drop-down of its address bar as a page, one for each context: more work
    # than a page of ours. The switch replaces Playwright's own, so what that turns off follows.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,"
    "MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,"
    "TcpPortRandomizationWin,ThirdPartyStoragePartitioning",
]
FAILED_CONNECTIONS = r"WebSocket|ERR_|Failed to (load|fetch)|NetworkError"
"""What a browser says of a network that fails, for tests in which it does."""
_LOCAL = {"localhost", "127.0.0.1"}
_PLACES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium_path(playwright: Playwright) -> str:
    """Return the Chromium to use: ``CHROMIUM``, Playwright's own, or the system's.

    Raises:
        FileNotFoundError: there is none.
    """
    own = Path(playwright.chromium.executable_path)
    found = os.environ.get("CHROMIUM") or (str(own) if own.exists() else "")
    for name in _PLACES:
        found = found or shutil.which(name) or ""
    if not found:
        raise FileNotFoundError("no Chromium: set CHROMIUM, or run `playwright install chromium`")
    return found


async def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium that talks to nobody but the pages it is given."""
    return await playwright.chromium.launch(
        executable_path=chromium_path(playwright), args=FLAGS, headless=True
    )


class PageWatch:
    """Notes everything a page must not do: errors, warnings of its policy, foreign hosts."""

    def __init__(self) -> None:
        """Start with a clean record."""
        self._problems: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a context, also those it opens later."""
        context.on("page", self._follow_page)
        context.on("request", self._check_host)

    def expect(self, pattern: str) -> None:
        """Let problems pass that match; for tests that cause them on purpose."""
        self._expected.append(re.compile(pattern))

    @property
    def problems(self) -> list[str]:
        """What happened and was not expected."""
        return [
            problem
            for problem in self._problems
            if not any(pattern.search(problem) for pattern in self._expected)
        ]

    def _follow_page(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", self._note_error)
        page.on("crash", lambda _page: self._problems.append("the page crashed"))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self._problems.append(f"console {message.type}: {message.text} ({where})")

    def _note_error(self, error: Error) -> None:
        self._problems.append(f"page error: {error} {error.stack or ''}")

    def _check_host(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _LOCAL:
            self._problems.append(f"request to {parts.hostname}: {request.url}")


async def _installed() -> str:
    async with async_playwright() as playwright:
        return chromium_path(playwright)


def main() -> None:
    """Find a Chromium, or install Playwright's own."""
    try:
        found = asyncio.run(_installed())
    except FileNotFoundError:
        install = [sys.executable, "-m", "playwright", "install", "chromium"]
        if subprocess.run(install).returncode:
            raise SystemExit(
                "Playwright could not install Chromium. Install it with your system's packages "
                "(on Debian: apt-get install chromium), or set CHROMIUM to one."
            ) from None
        found = asyncio.run(_installed())
    sys.stdout.write(f"Chromium: {found}\n")


if __name__ == "__main__":
    main()
