"""How heavy the first load of the chat page is, file by file, as served with Brotli."""

import re

import httpx

from bench.figures import Figure
from bench.stage import Stage

PART = "weight"
LIMIT = 170_000
_LINKED = re.compile(r'<(?:script|link)\b[^>]*?(?:src|href)="(/[^"#]+)"', re.IGNORECASE)
_STATIC_IMPORT = re.compile(r'(?:import|from)\s*"(\.{0,2}/[^"]+\.js)"')


async def measure(stage: Stage) -> list[Figure]:
    """Fetch the page and every file its HTML or its modules name, and count the bytes."""
    headers = {"Accept-Encoding": "br", "Accept": "text/html"}
    product = await stage.product()
    figures: list[Figure] = []
    async with httpx.AsyncClient(base_url=product.url, headers=headers) as client:
        waiting, seen = ["/chat"], {"/chat"}
        total = 0
        while waiting:
            path = waiting.pop(0)
            raw, text = await _fetch(client, path)
            total += raw
            figures.append(Figure(part=PART, name=path, value=raw, unit="bytes"))
            for found in named_files(path, text):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
    whole = Figure(
        part=PART, name="first load of /chat", value=total, unit="bytes", aim=f"<= {LIMIT}"
    )
    return [whole, *figures]


async def _fetch(client: httpx.AsyncClient, path: str) -> tuple[int, str]:
    """Return the bytes of a file's body as served, and its text."""
    async with client.stream("GET", path) as response:
        response.raise_for_status()
        await response.aread()
        return response.num_bytes_downloaded, response.text


def named_files(path: str, text: str) -> list[str]:
    """Return the files that a page or a module names, as paths on the same host."""
    if path.endswith(".js"):
        base = httpx.URL(f"http://localhost{path}")
        return [base.join(name).path for name in _STATIC_IMPORT.findall(text)]
    if path.endswith((".css", ".svg", ".png", ".ico", ".json", ".webmanifest")):
        return []
    return _LINKED.findall(text)
