"""Serves the built frontend from the backend's own port."""

import os
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from reflex.utils.exec import get_routes_manifest_router
from reflex.utils.precompressed_staticfiles import PrecompressedStaticFiles
from reflex.utils.prerequisites import get_web_dir
from reflex_base.constants import Dirs, Page404
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Scope

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class FrontendFiles(PrecompressedStaticFiles):
    """Static files with Brotli and gzip variants, and caching rules.

    Files under ``assets/`` carry a hash of their content in their name, so they never change
    and are kept for good. All else is asked for again, and answered 304 when unchanged.
    """

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file; a page is served at its own path, without a redirect to ``path/``.

        A page with arguments is the same file for all of them, and without one that may be left
        out.
        """
        full_path, found = super().lookup_path(path)
        if found is None and (page := self._page_with_argument(path)):
            return super().lookup_path(str(Path(page) / "index.html"))
        if found is None or not Path(full_path).is_dir():
            return full_path, found
        return super().lookup_path(str(Path(path) / "index.html"))

    def _page_with_argument(self, path: str) -> str:
        route = (self._router(f"/{Path(path).as_posix()}") if self._router else None) or ""
        page, _, last = route.rpartition("/")
        if last.startswith("[["):
            return page
        return route if "[" in route else ""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the best variant of a file, and how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        kept = Path(full_path).parent.name == "assets" and status_code == 200
        response.headers["Cache-Control"] = IMMUTABLE if kept else REVALIDATE
        return response


def _page_routes() -> Callable[[str], str | None]:
    """Return what finds the page of a path without a file, such as ``/board/TCK-1``."""
    router = get_routes_manifest_router()

    def page_of(path: str) -> str | None:
        route = router(path) if router else None
        return None if route == Page404.SLUG else route

    return page_of


def built_frontend() -> Path:
    """Return the directory of the built frontend; it need not exist yet."""
    return get_web_dir() / Dirs.STATIC


def mount_frontend(api: ASGIApp) -> ASGIApp:
    """Serve the built frontend wherever the backend has no route; for `App.api_transformer`.

    Raises:
        TypeError: `api` is not Reflex's own Starlette app; put this transformer first.
        RuntimeError: the frontend has not been built.
    """
    if not isinstance(api, Starlette):
        msg = "mount_frontend must be the first api_transformer."
        raise TypeError(msg)
    files = FrontendFiles(
        directory=built_frontend().resolve(),
        html=True,
        encodings=("brotli", "gzip"),
        router=_page_routes(),
    )
    api.routes.append(Mount("/", app=files, name="frontend"))
    return api
