"""What a streamed answer of 1,000 words costs on the websocket.

The aim is for the bytes on the wire, which are what a customer pays for.
"""

from bench.figures import Figure
from bench.stage import Stage
from tests.support.openai_scripts import SCRIPTS

PART = "stream"
SCRIPT = "thousand-words"


async def measure(stage: Stage) -> list[Figure]:
    """Stream the answer at a provider's pace to one page, and count the bytes."""
    product = await stage.slow_product()
    assert stage.model is not None
    stage.model.play(SCRIPT)
    text = len(SCRIPTS[SCRIPT][0].text.encode())
    proxy = stage.proxy(product)
    async with await stage.page(product, "bench-stream", proxy.port) as page:
        proxy.reset()
        page.received = page.sent = 0
        await page.ask("tell me everything", seconds=120)
        payload = page.received + page.sent
        wire = proxy.to_client + proxy.to_server
    return [
        Figure(part=PART, name="text of the answer", value=text, unit="bytes"),
        Figure(part=PART, name="websocket payload", value=payload, unit="bytes"),
        Figure(part=PART, name="websocket on the wire", value=wire, unit="bytes"),
        Figure(part=PART, name="payload against text", value=payload / text, unit="times"),
        Figure(part=PART, name="wire against text", value=wire / text, unit="times", aim="<= 4"),
    ]
