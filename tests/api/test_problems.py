"""Errors are problem documents with the request's id; requests are logged without secrets."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ecocash_copilot.api.endpoint import BODY_LIMIT, Endpoint
from ecocash_copilot.api.request_log import RequestLog
from ecocash_copilot.core.logging import configure_logging
from tests.api.conftest import MakeApp, client_of
from tests.support.tokens import TokenIssuer

JSON = {"Content-Type": "application/json"}


def check(response: httpx.Response, status: int, code: str) -> None:
    body = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(code)
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/api/nothing", {}, 404, "not_found"),
        ("POST", "/api/session/redeem/more", {}, 404, "not_found"),
        ("GET", "/api/session", {}, 405, "method_not_allowed"),
        ("PUT", "/healthz", {}, 405, "method_not_allowed"),
        ("POST", "/api/session/redeem", {"content": b"{", "headers": JSON}, 400, "malformed"),
        ("POST", "/api/session/redeem", {"content": b"\xff", "headers": JSON}, 400, "malformed"),
        ("POST", "/api/session/redeem", {"data": {"code": "x"}}, 415, "unsupported_media_type"),
        ("POST", "/api/session/redeem", {"json": {}}, 422, "invalid"),
        ("POST", "/api/session/redeem", {"json": {"code": 1}}, 422, "invalid"),
        ("POST", "/api/session/redeem", {"json": {"code": "x", "sub": "y"}}, 422, "invalid"),
        ("POST", "/api/session/redeem", {"json": ["x"]}, 422, "invalid"),
        ("POST", "/api/session/redeem", {"json": {"code": "x"}}, 401, "not_authenticated"),
        ("POST", "/api/demo/token", {"json": {"sub": "c-1001"}}, 404, "not_found"),
    ],
)
async def test_errors(
    api: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    check(await api.request(method, path, **options), status, code)


async def test_a_405_names_what_is_allowed(api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/session")).headers["allow"] == "DELETE, POST"


async def test_a_refused_field_is_named_but_its_value_is_not_repeated(
    api: httpx.AsyncClient,
) -> None:
    response = await api.post("/api/session/redeem", json={"code": "s3cret" * 100})
    assert response.json()["detail"] == "Not valid: code."


async def test_an_oversize_body_is_refused_with_and_without_its_length(
    api: httpx.AsyncClient,
) -> None:
    body = json.dumps({"code": "x" * BODY_LIMIT}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    for content in (body, chunks()):
        response = await api.post("/api/session/redeem", content=content, headers=JSON)
        check(response, 413, "too_large")


async def test_a_bug_is_a_500_that_gives_nothing_away() -> None:
    async def fail(_request: Request) -> Response:
        raise ValueError("password=hunter2")

    app = RequestLog(Starlette(routes=[Route("/x", Endpoint(GET=fail))]))
    async with client_of(app) as api:
        response = await api.get("/x")
    check(response, 500, "error")
    assert "hunter2" not in response.text


async def test_an_app_that_falls_over_is_a_500_too() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("boom")

    async with client_of(RequestLog(broken)) as api:
        check(await api.get("/x"), 500, "error")


async def test_a_sane_request_id_is_kept_and_another_replaced(api: httpx.AsyncClient) -> None:
    kept = await api.get("/healthz", headers={"X-Request-ID": "app-1234.5678"})
    assert kept.headers["x-request-id"] == "app-1234.5678"
    for given in ("short", "x" * 65, "a b c d e f", '{"a":"b12345"}'):
        answer = await api.get("/healthz", headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"].startswith("rq_")


@pytest.fixture
def log_handlers() -> Iterator[None]:
    """Give the test run its log handlers back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("log_handlers")
async def test_the_log_has_the_request_and_none_of_its_secrets(
    api: httpx.AsyncClient, issuer: TokenIssuer, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("DEBUG")
    token = issuer.token("c-7")
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "app-12345678"}
    code = (await api.post("/api/session?pin=4821", headers=headers)).json()["code"]
    redeemed = await api.post("/api/session/redeem", json={"code": code})
    secrets = (token, code, redeemed.json()["ticket"], redeemed.cookies["eco_session"], "4821")
    text = capsys.readouterr().out
    lines = [json.loads(line) for line in text.splitlines()]
    (line,) = [line for line in lines if line.get("path") == "/api/session"]
    assert (line["method"], line["status"], line["request_id"]) == ("POST", 201, "app-12345678")
    assert line["event"] == "request"
    assert not [secret for secret in secrets if secret in text]


async def test_other_connections_pass_untouched(make_app: MakeApp) -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(dict(scope))

    scope: dict[str, Any] = {"type": "websocket", "path": "/_event", "headers": []}
    await RequestLog(app)(scope, cast("Any", None), cast("Any", None))
    assert seen == [{"type": "websocket", "path": "/_event", "headers": []}]
