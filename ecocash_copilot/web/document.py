"""Finishes the prerendered HTML: our scripts instead of React Router's, styles inline."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

import brotli  # pyright: ignore[reportMissingTypeStubs]
from reflex.compiler.utils import get_page_import_specifier

_AFTER_APP = '<template id="after-app"></template>'
_PRELOADS = re.compile(r'<link rel="modulepreload"[^>]*/>')
_STYLE_PRELOAD = re.compile(r'<link as="style"[^>]*/>')
_STYLESHEET = re.compile(r'<link href="/(assets/__reflex_global_styles-[^"]+\.css)"[^>]*/>')
_NAMED_FILE = re.compile(r'(?:src|href)="/([^"?#]+\.\w+)"')

_compress = cast(
    "Callable[[bytes], bytes]",
    brotli.compress,  # pyright: ignore[reportUnknownMemberType]
)


class BuildOutputError(RuntimeError):
    """The built pages are not as expected, or are over their budget."""


class ChunkList(TypedDict):
    """What the Vite plugin says of the bundle: file names, relative to the static root."""

    entry: list[str]
    routes: dict[str, list[str]]


def _only(pattern: re.Pattern[str], html: str, page: str) -> re.Match[str]:
    found = list(pattern.finditer(html))
    if len(found) != 1:
        msg = f"{page}: expected one match of {pattern.pattern!r}, found {len(found)}."
        raise BuildOutputError(msg)
    return found[0]


def finish_document(html: str, page: str, chunks: Sequence[str], css: str) -> str:
    """Return the page with its styles inline and its scripts ours, all asked for at once.

    The first chunk is the client entry. Everything behind the app's own element is React
    Router's start-up, which the browser bundle does not have.
    """
    head, marker, rest = html.partition(_AFTER_APP)
    if not marker or "</body>" not in rest:
        msg = f"{page}: the end of the app is not marked; is the document patched?"
        raise BuildOutputError(msg)
    preloads = "".join(f'<link rel="modulepreload" href="/{name}"/>' for name in chunks)
    head = _STYLE_PRELOAD.sub("", _PRELOADS.sub("", head))
    sheet = _only(_STYLESHEET, head, page)
    head = f"{head[: sheet.start()]}{preloads}<style>{css}</style>{head[sheet.end() :]}"
    return f'{head}<script type="module" src="/{chunks[0]}"></script></body></html>'


def _page_of(path: Path, static_dir: Path) -> str:
    """Return the Reflex route of a prerendered file."""
    name = path.relative_to(static_dir).as_posix()
    return name.removesuffix(".html").removesuffix("/index")


def _chunks_of(route: str, chunks: ChunkList) -> list[str]:
    name = get_page_import_specifier(route).rsplit("/", 1)[-1]
    # A page with an argument that may be left out, such as ``[board].($id)._index``.
    optional = name.removesuffix("_index") + "($"
    found = next((each for each in chunks["routes"] if each.startswith(optional)), "")
    return list(dict.fromkeys([*chunks["entry"], *chunks["routes"].get(found or name, [])]))


def first_load_bytes(static_dir: Path, html: str) -> int:
    """Return the bytes of a cold first load: a page and the files it names, with Brotli."""
    named = {static_dir / name for name in _NAMED_FILE.findall(html)}
    bodies = [html.encode(), *(path.read_bytes() for path in named if path.is_file())]
    return sum(len(_compress(body)) for body in bodies)


def finish_documents(static_dir: Path, budgets: Mapping[str, int]) -> None:
    """Finish every prerendered page in place.

    Raises:
        BuildOutputError: a page lacks what this changes, or is over its budget (bytes).
    """
    listing = static_dir / "lean.json"
    chunks: ChunkList = json.loads(listing.read_text("utf-8"))
    listing.unlink()
    sheets = list(static_dir.glob("assets/__reflex_global_styles-*.css"))
    if len(sheets) != 1:
        msg = f"Expected one global stylesheet in the build, found {len(sheets)}."
        raise BuildOutputError(msg)
    css = sheets[0].read_text("utf-8").strip()
    measured: dict[str, int] = {}
    for path in sorted(static_dir.rglob("*.html")):
        route = _page_of(path, static_dir)
        needed = _chunks_of(route, chunks)
        html = finish_document(path.read_text("utf-8"), path.name, needed, css)
        path.write_text(html, "utf-8")
        measured[route] = first_load_bytes(static_dir, html)
    for route, limit in budgets.items():
        size = measured.get(route)
        if size is None or size > limit:
            msg = f"First load of /{route} is {size} bytes, allowed {limit}."
            raise BuildOutputError(msg)
