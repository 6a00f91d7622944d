"""What the scripted model does with each request, and the scripts with a name."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_ARTICLES = Path(__file__).parents[2] / "mcp_server" / "help" / "articles"
_SENTENCE = re.compile(r"[A-Z][^.?!]{20,}[.?!]")
_NOT_PLAIN = re.compile(
    r"[\d{}$%]|\b(?:will|shall|going|guarantee|refund|revers|return|credit|dollar|cent|usd|zig"
    r"|one|two|three|four|five|six|seven|eight|nine|ten)",
    re.IGNORECASE,
)
Ending = Literal["done", "reset", "silence", "failed", "unfinished"]


class ToolCall(BaseModel):
    """A tool call; ``arguments`` is sent as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    arguments: str = "{}"


class Reply(BaseModel):
    """What the model does with one request."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    status: int = Field(default=200, ge=200, le=599)
    """Anything but 200 answers with an error of that status and nothing else."""
    answers: bool = True
    """False takes the request and never says a word, not even a status."""
    tokens_per_second: float | None = Field(default=None, gt=0)
    """Pace of the text; None sends it as fast as it goes."""
    garbage: tuple[str, ...] = ()
    """Events whose data is this text, sent after the text of the answer."""
    ending: Ending = "done"
    """``reset`` cuts the connection, ``silence`` keeps it open without a word, ``failed`` reports
    an error in the stream, ``unfinished`` closes it without the protocol's last event."""


Script = tuple[Reply, ...]
"""One reply for each request in turn; the last one repeats."""


def call(name: str, arguments: str = "{}") -> Reply:
    """Return a reply that calls one tool."""
    return Reply(calls=(ToolCall(name=name, arguments=arguments),))


def prose(words: int) -> str:
    """Return a text of so many words in short paragraphs: English, without figures or promises."""
    vocabulary = _plain_words()
    text = [vocabulary[at % len(vocabulary)] for at in range(words)]
    paragraphs = [text[start : start + 60] for start in range(0, words, 60)]
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


@cache
def _plain_words() -> list[str]:
    """Return the help articles' plain sentences, word by word: text that packs as text does."""
    sentences: list[str] = ["Your money is safe with us."]
    for path in sorted(_ARTICLES.glob("*.toml")):
        body: str = tomllib.loads(path.read_text("utf-8"))["en"]["body"]
        for line in body.splitlines():
            plain = line.strip("-* ").replace("**", "")
            sentences += [part for part in _SENTENCE.findall(plain) if not _NOT_PLAIN.search(part)]
    return " ".join(sentences).split()


_BALANCES = ToolCall(name="eco_get_balances")
_RECENT = ToolCall(name="eco_get_transactions", arguments='{"limit": 3}')

SCRIPTS: Mapping[str, Script] = {
    "plain": (Reply(text="Hello, how can I help you with EcoCash?"),),
    "thousand-words": (Reply(text=prose(1000), tokens_per_second=100),),
    "tool": (Reply(calls=(_BALANCES,)), Reply(text="Here is your balance.")),
    "parallel": (
        Reply(calls=(_BALANCES, _RECENT)),
        Reply(text="Here are your balance and your last payments."),
    ),
    "talk-and-call": (
        Reply(text="Let me look. ", calls=(_BALANCES,)),
        Reply(text="Here is your balance."),
    ),
    "rate-limited": (Reply(status=429),),
    "broken": (Reply(status=500),),
    "unauthorized": (Reply(status=401),),
    "cut": (Reply(text="Let me see what I can find for", ending="reset"),),
    "cut-after-tool": (
        Reply(calls=(_BALANCES,)),
        Reply(text="Here is what", ending="reset"),
    ),
    "silent": (Reply(answers=False),),
    "falls-silent": (Reply(text="Let me see what I can", ending="silence"),),
    "failed": (Reply(text="Let me see", ending="failed"),),
    "unfinished": (Reply(text="Let me see what", ending="unfinished"),),
    "bad-arguments": (
        call("eco_get_transactions", '{"limit": 3, "currency": '),
        Reply(text="I could not look that up."),
    ),
    "wrong-arguments": (
        call("eco_get_transactions", '{"limit": "many", "colour": "blue"}'),
        Reply(text="I could not look that up."),
    ),
    "unknown-tool": (
        call("eco_send_money", '{"to": "+263770000000", "amount": "5"}'),
        Reply(text="I cannot do that here."),
    ),
    "invented": (Reply(text="Hello. Your balance is US$987.65 today. Anything else?"),),
    "invented-after-tool": (
        Reply(calls=(_BALANCES,)),
        Reply(text="Here it is. In all you hold US$987654.32 with us. Anything else?"),
    ),
    "promise": (
        Reply(text="I am sorry. Your money will be refunded tomorrow. Tap Get help on it."),
    ),
    "loop": (Reply(calls=(_BALANCES,)),),
    "long": (Reply(text=prose(6000)),),
    "invalid-chunks": (Reply(text="Let me", garbage=('{"id": "x", "choi', "not json")),),
}
