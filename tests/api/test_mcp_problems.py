"""What `/mcp` answers to what is no MCP: problems, as every address does."""

from typing import Any

import httpx

from ecocash_copilot.api.problems import MEDIA_TYPE
from ecocash_copilot.auth.dev_tokens import demo_customer
from ecocash_copilot.auth.mcp_tokens import mcp_tokens
from ecocash_copilot.core.settings import Settings
from tests.api.test_every_route import open_product

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
PROBLEMS: list[tuple[int, str, dict[str, Any]]] = [
    (401, "not_authenticated", {"json": LIST, "headers": {"Authorization": "Bearer x"}}),
    (405, "method_not_allowed", {"method": "GET"}),
    (400, "bad_request", {"content": b"x", "headers": {"Content-Type": "text/plain"}}),
    (421, "misdirected_request", {"json": LIST, "headers": {"Host": "evil.example"}}),
    (403, "not_allowed", {"json": LIST, "headers": {"Origin": "https://evil.example"}}),
]


async def test_an_error_over_http_is_a_problem_and_json_rpc_stays_itself(
    settings: Settings,
) -> None:
    token = mcp_tokens(settings).mint(demo_customer("c-1001"))
    async with open_product(settings) as product:

        async def ask(method: str = "POST", **request: Any) -> httpx.Response:
            own = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            headers = {**own, **request.pop("headers", {})}
            return await product.client.request(method, "/mcp", headers=headers, **request)

        for status, code, request in PROBLEMS:
            answer = await ask(**request)
            assert answer.headers["content-type"] == MEDIA_TYPE, answer.text
            assert (answer.status_code, answer.json()["status"]) == (status, status)
            assert answer.json()["code"] == code
            assert ("www-authenticate" in answer.headers) == (status == 401)

        assert (await ask(json=LIST)).json()["result"]["tools"]
        garbage = await ask(content=b"{{", headers={"Content-Type": "application/json"})
        assert (garbage.status_code, garbage.json()["error"]["code"]) == (400, -32700)
