"""The browser build: patches, prerendered pages and static files."""

from pathlib import Path
from typing import Any

import pytest
from reflex.route import get_router
from reflex.utils.frontend_skeleton import (
    _compile_vite_config,  # pyright: ignore[reportPrivateUsage]
    _update_react_router_config,  # pyright: ignore[reportPrivateUsage]
)
from reflex_base.config import get_config
from starlette.testclient import TestClient

from ecocash_copilot.web.document import BuildOutputError, finish_document
from ecocash_copilot.web.plugin import (
    FrontendPatchError,
    argument_pages,
    patch_document,
    patch_prerendering,
    patch_root,
    patch_vite_config,
    router_path,
    shim_files,
)
from ecocash_copilot.web.static import FrontendFiles

PAGE = (
    '<html><head><link as="style" href="/assets/x.css" rel="preload"/>'
    '<link rel="modulepreload" href="/assets/old.js"/>'
    '<link href="/assets/__reflex_global_styles-a1.css" rel="stylesheet" type="text/css"/>'
    '</head><body><div id="app"><p>hi</p></div><template id="after-app"></template>'
    "<script>reactRouter()</script></body></html>"
)


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("index", ""),
        ("chat", "chat"),
        ("board/[ticket_id]", "board/:ticket_id"),
        ("gallery/[[component]]", "gallery/:component?"),
        ("docs/[[...splat]]", "docs/*"),
        ("404", "*"),
    ],
)
def test_router_path(route: str, path: str) -> None:
    assert router_path(route) == path


def test_a_page_with_arguments_is_prerendered_once() -> None:
    paths = argument_pages(["chat", "board/[[item]]", "gallery/[item]/[story]", "index", "404"])
    assert paths == ["/board", "/gallery/[item]/[story]"]
    config = _update_react_router_config(get_config(), prerender_routes=True)
    prerender = '[...getStaticPaths(), ...["/board", "/gallery/[item]/[story]"]]'
    assert prerender in patch_prerendering(config, paths)
    with pytest.raises(FrontendPatchError):
        patch_prerendering("export default {};", paths)


def test_vite_config_of_the_installed_reflex_is_patched() -> None:
    patched = patch_vite_config(
        _compile_vite_config(get_config()), ["moment"], {"board": ["board"]}
    )
    assert 'leanFrontend({"allow": ["moment"], "apart": {"board": ["board"]}}),' in patched
    assert patched.count("isRuntime") == 2


@pytest.mark.parametrize("patch", [patch_root, patch_document])
def test_unknown_generated_code_stops_the_build(patch: Any) -> None:
    with pytest.raises(FrontendPatchError, match="templates have changed"):
        patch("export default function App() {}")


def test_every_shim_is_shipped() -> None:
    paths = {path for path, _ in shim_files()}
    assert {"app/entry.client.js", "lean/router.js", "lean/vite-plugin.js"} <= paths


def test_document_keeps_the_app_and_nothing_behind_it() -> None:
    html = finish_document(PAGE, "chat.html", ["assets/app.js", "assets/chat.js"], "p{}")
    assert "<style>p{}</style>" in html
    assert html.count("modulepreload") == 2
    assert "old.js" not in html
    assert "reactRouter" not in html
    assert html.endswith(
        '<p>hi</p></div><script type="module" src="/assets/app.js"></script></body></html>'
    )


def test_unmarked_document_stops_the_build() -> None:
    with pytest.raises(BuildOutputError, match="not marked"):
        finish_document("<html><body></body></html>", "chat.html", ["a.js"], "")


@pytest.fixture
def site(tmp_path: Path) -> TestClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "chat").mkdir()
    (tmp_path / "assets" / "app-1.js").write_text("1")
    (tmp_path / "assets" / "app-1.js.br").write_bytes(b"br")
    (tmp_path / "chat" / "index.html").write_text("<p>chat</p>")
    (tmp_path / "404.html").write_text("<p>gone</p>")
    return TestClient(FrontendFiles(directory=tmp_path, html=True, encodings=("brotli",)))


def test_hashed_files_are_kept_for_good(site: TestClient) -> None:
    with site.stream("GET", "/assets/app-1.js", headers={"Accept-Encoding": "br"}) as response:
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Encoding"] == "br"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Content-Type"].startswith("text/javascript")


def test_a_page_needs_no_redirect_and_is_asked_for_again(site: TestClient) -> None:
    first = site.get("/chat", follow_redirects=False)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"
    again = site.get("/chat", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_missing_file_is_not_kept(site: TestClient) -> None:
    response = site.get("/assets/nope.js")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_page_is_the_same_with_and_without_its_argument(tmp_path: Path) -> None:
    (tmp_path / "board").mkdir()
    (tmp_path / "board" / "index.html").write_text("<p>board</p>")
    (tmp_path / "404.html").write_text("<p>gone</p>")
    routes = get_router(["board/[[item]]", "404"])
    files = FrontendFiles(
        directory=tmp_path,
        html=True,
        router=lambda path: None if routes(path) == "404" else routes(path),
    )
    site = TestClient(files)
    for path in ("/board", "/board/TCK-100042"):
        response = site.get(path, follow_redirects=False)
        assert (response.status_code, response.text) == (200, "<p>board</p>")
    assert site.get("/board/TCK-1/more").status_code == 404


def test_a_page_is_the_same_for_all_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "gallery" / "[item]" / "[story]").mkdir(parents=True)
    (tmp_path / "gallery" / "[item]" / "[story]" / "index.html").write_text("<p>story</p>")
    (tmp_path / "404.html").write_text("<p>gone</p>")
    routes = get_router(["gallery/[item]/[story]", "404"])
    files = FrontendFiles(
        directory=tmp_path,
        html=True,
        router=lambda path: None if routes(path) == "404" else routes(path),
    )
    site = TestClient(files)
    response = site.get("/gallery/notice/error", follow_redirects=False)
    assert (response.status_code, response.text) == (200, "<p>story</p>")
    assert site.get("/gallery/notice").status_code == 404
