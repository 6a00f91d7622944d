import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from ecocash_copilot.auth.jwks import MAX_AGE, MIN_GAP, CachedKeys, open_jwks, parse_jwks
from ecocash_copilot.core.errors import Unavailable

FIRST = ECKey.generate_key("P-256", {"kid": "first"})
SECOND = ECKey.generate_key("P-256", {"kid": "second"})


def jwks(*keys: Any) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


class Source:
    """A key set whose content, health and clock the test sets."""

    def __init__(self) -> None:
        self.text: bytes | None = jwks(FIRST)
        self.reads = 0
        self.time = 1000.0
        self.keys = CachedKeys(self.read, lambda: self.time)

    async def read(self) -> bytes:
        self.reads += 1
        await asyncio.sleep(0)
        if self.text is None:
            raise OSError("down")
        return self.text


async def test_keys_are_read_once_and_by_one_of_many_callers() -> None:
    source = Source()
    found = await asyncio.gather(*(source.keys.find_key("first") for _ in range(10)))
    assert all(found)
    assert source.reads == 1


async def test_a_new_key_is_found_but_strangers_cannot_make_us_read_all_the_time() -> None:
    source = Source()
    await source.keys.find_key("first")
    source.text = jwks(FIRST, SECOND)
    assert await source.keys.find_key("second") is None
    source.time += MIN_GAP
    assert await source.keys.find_key("second")
    for number in range(20):
        assert await source.keys.find_key(f"invented-{number}") is None
    assert source.reads == 2


async def test_a_withdrawn_key_loses_its_trust() -> None:
    source = Source()
    await source.keys.find_key("first")
    source.text = jwks(SECOND)
    source.time += MAX_AGE
    assert await source.keys.find_key("first") is None


@pytest.mark.parametrize("answer", [None, b"<html>", b"[]", b'{"keys": 1}'])
async def test_the_last_good_keys_serve_while_the_source_is_down(answer: bytes | None) -> None:
    source = Source()
    await source.keys.find_key("first")
    source.text = answer
    source.time += MAX_AGE
    assert await source.keys.find_key("first")
    assert source.reads == 2


async def test_without_any_keys_signing_in_is_unavailable() -> None:
    source = Source()
    source.text = None
    with pytest.raises(Unavailable):
        await source.keys.find_key("first")


def test_keys_of_no_use_are_left_out() -> None:
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
    usable = FIRST.as_dict(private=False)
    entries = [
        usable,
        weak,
        OctKey.generate_key(256, {"kid": "shared"}).as_dict(),
        ECKey.generate_key("P-384", {"kid": "p384"}).as_dict(private=False),
        {**usable, "kid": "enc", "use": "enc"},
        {**usable, "kid": "other-alg", "alg": "ES512"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "!", "y": "!"},
        {"kty": "PQ", "kid": "future"},
        {name: value for name, value in usable.items() if name != "kid"},
        "nonsense",
    ]
    assert list(parse_jwks(json.dumps({"keys": entries}).encode())) == ["first"]


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/jwks" else 500)
            self.end_headers()
            self.wfile.write(jwks(FIRST))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the test's output clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_keys_come_over_http(server: HTTPServer) -> None:
    base = f"http://127.0.0.1:{server.server_port}"
    assert await open_jwks(f"{base}/jwks").find_key("first")
    with pytest.raises(Unavailable):
        await open_jwks(f"{base}/broken").find_key("first")


async def test_keys_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    with pytest.raises(Unavailable):
        await open_jwks(str(path)).find_key("first")
    path.write_bytes(jwks(FIRST))
    assert await open_jwks(str(path)).find_key("first")
