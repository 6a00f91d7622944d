"""Reflex plugin that builds a small browser bundle.

Reflex's generated pages run unchanged, on Preact and a few short modules (``shims/``) in
place of React DOM, React Router's client, Emotion and Socket.IO's client. Pages are still
prerendered by React. Every change to generated code is checked: when a Reflex upgrade
moves what is changed here, the build stops and says so.
"""

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from reflex.compiler.utils import get_page_import_specifier
from reflex.utils.prerequisites import get_web_dir
from reflex_base.constants import Env, Page404, Reflex, RouteRegex
from reflex_base.environment import environment
from reflex_base.plugins import Plugin
from reflex_base.plugins.base import (
    CommonContext,
    PostBuildContext,
    PreCompileContext,
)

from ecocash_copilot.web.document import finish_documents

if TYPE_CHECKING:
    from reflex.app import UnevaluatedPage

# What stands in for Socket.IO and React Router knows only what this version's runtime calls.
PROVEN_REFLEX = "0.10.1"
PREACT = "preact@11.2.0"
AXE = "axe-core@4.12.1"
AXE_FILE = "node_modules/axe-core/axe.min.js"
"""What the gallery checks a story with; a file of its own, in no bundle."""
SHIM_DIR = "lean"
# The oldest engine that has Object.hasOwn and Array.at, which Reflex's runtime calls.
BROWSERS = ("chrome93", "safari15.4", "firefox92")

_ENTRY = "app/entry.client.js"
# React Router builds each page as an entry of its own; naming that entry, not the module
# behind it, keeps a page in one file.
_BUILT_ROUTE = ".jsx?__react-router-build-client-route"
_WINDOW_LIBRARIES = re.compile(
    r"useEffect\(\(\) => \{\s*// Make contexts and state objects available.*?\}, \[\]\);", re.DOTALL
)
_NAMESPACE_IMPORT = re.compile(r'^import \* as \w+ from "[^"]+";\n', re.MULTILINE)
_THEME_SCRIPT = re.compile(r'jsx\("script",\{\},"(?:[^"\\]|\\.)*resolvedTheme(?:[^"\\]|\\.)*"\),')
_BODY = 'jsx("body",{},children,'
_MARKED_BODY = 'jsx("body",{},jsx("div",{id:"app"},children),jsx("template",{id:"after-app"}),'


class FrontendPatchError(RuntimeError):
    """Generated code does not look as expected, usually after a Reflex upgrade."""


def _patched(name: str, count: int, expected: range) -> None:
    if count not in expected:
        msg = (
            f"{name}: expected the text this build changes between {expected.start} and "
            f"{expected.stop - 1} times, found it {count} times. Reflex's templates have "
            "changed; update ecocash_copilot/web/plugin.py to match them."
        )
        raise FrontendPatchError(msg)


def replace_once(name: str, content: str, old: str, new: str) -> str:
    """Replace `old`, which must occur exactly once in the generated file `name`."""
    _patched(name, content.count(old), range(1, 2))
    return content.replace(old, new)


def patch_vite_config(
    content: str, allow: Sequence[str], apart: Mapping[str, Sequence[str]]
) -> str:
    """Add our Vite plugin, one chunk for the runtime, and the oldest browsers to serve."""
    name = "vite.config.js"
    options = json.dumps({"allow": list(allow), "apart": {k: list(v) for k, v in apart.items()}})
    content = replace_once(
        name,
        content,
        "export default defineConfig",
        f'import leanFrontend, {{ isRuntime }} from "./{SHIM_DIR}/vite-plugin.js";\n'
        "export default defineConfig",
    )
    content = replace_once(
        name,
        content,
        "    alwaysUseReactDomServerNode(),\n",
        f"    leanFrontend({options}),\n    alwaysUseReactDomServerNode(),\n",
    )
    content = replace_once(
        name,
        content,
        "  build: {\n",
        f"  build: {{\n    target: {json.dumps(BROWSERS)},\n    modulePreload: false,\n",
    )
    return replace_once(
        name,
        content,
        'test: /env.json/,\n              name: "reflex-env",',
        'test: isRuntime,\n              name: "app",',
    )


def patch_root(content: str) -> str:
    """Drop the copies of whole libraries on `window`, kept for dynamic components only."""
    name = "app/root.jsx"
    content, imports = _NAMESPACE_IMPORT.subn("", content)
    _patched(name, imports, range(3, 12))
    content, effects = _WINDOW_LIBRARIES.subn("", content)
    _patched(name, effects, range(1, 2))
    return content


def patch_document(content: str) -> str:
    """Mark where the app ends in the document, and drop Reflex's colour mode script."""
    name = "app/_document.js"
    content, scripts = _THEME_SCRIPT.subn("", content)
    _patched(name, scripts, range(1, 2))
    return replace_once(name, content, _BODY, _MARKED_BODY)


def argument_pages(routes: Sequence[str]) -> list[str]:
    """Return the paths at which pages with arguments are prerendered, one for each.

    Without its last part where that may be left out: ``/board`` of ``board/[[id]]``. Otherwise the
    arguments stand for themselves: ``/gallery/[item]`` of ``gallery/[item]``.
    """
    paths: list[str] = []
    for route in routes:
        path, _, last = route.rpartition("/")
        if path and RouteRegex.OPTIONAL_ARG.fullmatch(last):
            paths.append(f"/{path}")
        elif any(RouteRegex.ARG.fullmatch(part) for part in route.split("/")):
            paths.append(f"/{route}")
    return paths


def patch_prerendering(content: str, paths: Sequence[str]) -> str:
    """Prerender further paths: React Router takes those with an argument for dynamic."""
    name, every = "react-router.config.js", '"prerender": true'
    listed = f'"prerender": ({{getStaticPaths}}) => [...getStaticPaths(), ...{json.dumps(paths)}]'
    return replace_once(name, content, every, listed)


def router_path(route: str) -> str:
    """Translate a Reflex route (``board/[id]``) to a router path (``board/:id``)."""
    if route == Page404.SLUG:
        return "*"
    if route == "index":
        return ""
    parts: list[str] = []
    for part in route.split("/"):
        optional = RouteRegex.OPTIONAL_ARG.fullmatch(part)
        argument = RouteRegex.ARG.fullmatch(part)
        if part == RouteRegex.SPLAT_CATCHALL:
            parts.append("*")
        elif optional:
            parts.append(f":{optional.group(1)}?")
        elif argument:
            parts.append(f":{argument.group(1)}")
        else:
            parts.append(part)
    return "/".join(parts)


def _specificity(path: str) -> list[int]:
    """Sort key of a router path: fixed parts before arguments before catch-all."""
    kinds = {"*": 3, ":": 1}
    ranks = [2 if part.endswith("?") else kinds.get(part[:1], 0) for part in path.split("/")]
    return [*ranks, -1] if path != "*" else [9]


def route_table(pages: Sequence["UnevaluatedPage"]) -> tuple[str, str]:
    """Return the path and code of the module that lists the pages, best match first."""
    routes = {router_path(page.route): get_page_import_specifier(page.route) for page in pages}
    entries = [
        f"  {{ path: {json.dumps(path)}, "
        f"load: () => import({json.dumps(routes[path] + _BUILT_ROUTE)}) }},\n"
        for path in sorted(routes, key=_specificity)
    ]
    return f"{SHIM_DIR}/routes.js", "export default [\n" + "".join(entries) + "];\n"


def shim_files() -> list[tuple[str, str]]:
    """Return the path and code of every module that goes into the web directory."""
    shims = files("ecocash_copilot.web").joinpath("shims").iterdir()
    return [
        (
            _ENTRY if shim.name == "entry.client.js" else f"{SHIM_DIR}/{shim.name}",
            shim.read_text("utf-8"),
        )
        for shim in sorted(shims, key=lambda shim: shim.name)
        if shim.name.endswith(".js")
    ]


class LeanFrontendPlugin(Plugin):
    """Build the production frontend on Preact; development mode is left as Reflex makes it.

    Args:
        budgets: route to the most bytes its first load may take, Brotli compressed (HTML,
            JavaScript and CSS). The build fails above it.
        allow: npm packages that may be in the browser bundle besides Preact.
        apart: first part of a route to the state modules that only its pages show; other pages
            load nothing of them. Nobody goes to such a page from another without loading it.
    """

    def __init__(
        self,
        budgets: Mapping[str, int],
        allow: Sequence[str] = (),
        apart: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Keep the limits to build within."""
        self.budgets = dict(budgets)
        self.allow = tuple(allow)
        self.apart = dict(apart or {})

    def get_frontend_development_dependencies(self, **context: Unpack[CommonContext]) -> list[str]:
        """Return the npm packages the browser bundle is made of, and axe."""
        return [PREACT, AXE]

    def provides_entry_client(self) -> bool:
        """Return whether this build brings its own client entry."""
        return environment.REFLEX_ENV_MODE.get() == Env.PROD

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Add our modules to the web directory, and our changes to what Reflex generates."""
        if not self.provides_entry_client():
            return
        if Reflex.VERSION != PROVEN_REFLEX:
            msg = (
                f"The browser bundle is proven with Reflex {PROVEN_REFLEX}, not {Reflex.VERSION}. "
                "Compare Reflex's .templates/web/utils/state.js with web/shims/, run the "
                "browser tests, then set PROVEN_REFLEX."
            )
            raise FrontendPatchError(msg)
        modify: Callable[[str, Callable[[str], str]], None] = context["add_modify_task"]
        context["add_save_task"](shim_files)
        context["add_save_task"](route_table, context["unevaluated_pages"])
        extra = argument_pages([page.route for page in context["unevaluated_pages"]])
        modify("react-router.config.js", lambda content: patch_prerendering(content, extra))
        modify("vite.config.js", lambda content: patch_vite_config(content, self.allow, self.apart))
        modify("app/root.jsx", patch_root)
        modify("app/_document.js", patch_document)

    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Finish the prerendered pages, hold them to their budgets, and add what stands alone."""
        if self.provides_entry_client():
            static_dir = Path(context["static_dir"])
            finish_documents(static_dir, self.budgets)
            shutil.copy(get_web_dir() / AXE_FILE, static_dir)
