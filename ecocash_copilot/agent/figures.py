"""The gate between a model's words and the customer: no figure that no tool returned.

Text passes as it streams. When a number arrives that is neither in a tool's result of this
conversation nor in the customer's own words, the rest of its sentence is withheld.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"\d(?:[\d,.\u00a0]*\d)?")
_CLOCK_OR_DATE = re.compile(r"\d{1,2}[:h]\d{2}|\d{4}-\d{2}-\d{2}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')*_]*\s+|\n+")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}[\d:.]*Z?)?")
_CODE = r"(?:USD|ZiG|ZWG|ZWL|bond)"
_DOLLAR = r"(?:dollars?|(?:ma)?dh?ora|i?dola|l?amadola)"
# A Shona or Ndebele amount may have whose it is in between: "madhora enyu 20".
_MONEY_BEFORE = re.compile(
    rf"(?:(?:\$|{_CODE}|balance\s*(?:is|of|:))\s*|{_DOLLAR}(?:\s+[a-z]{{2,5}})?[\s:-]*)\**$",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(
    rf"^\**\s*(?:US\$|{_CODE}|(?:(?:US|U\.S\.|United States|American)\s+)?{_DOLLAR}|cents?|bucks?"
    r"|%|percent)",
    re.IGNORECASE,
)
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand|million|gumi|makumi|zana|mazana|churu|zviuru|ishumi|amatshumi|ikhulu"
    r"|amakhulu|inkulungwane)"
)
_SPELLED_MONEY = re.compile(
    rf"\b{_NUMBER_WORD}\b[\w\s-]{{0,40}}?\b(?:{_CODE}|{_DOLLAR}|cents?)\b"
    rf"|\b{_DOLLAR}\b\s+\w*{_NUMBER_WORD}",
    re.IGNORECASE,
)
_CURRENCY = re.compile(rf"\$|\b(?:{_CODE}|{_DOLLAR}|cents?|balance)\b", re.IGNORECASE)
# What a small number may count in a sentence about money: "3 payments in USD", "mazuva 3".
_COUNTED_AFTER = re.compile(
    r"^\**(?:st|nd|rd|th)?[\s-]+(?:\w+\s+)?(?:transactions?|payments?|transfers?|purchases?|wallets?"
    r"|tickets?|reports?|steps?|times?|minutes?|hours?|days?|weeks?|months?|years?|people"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December))\b",
    re.IGNORECASE,
)
_COUNTED_BEFORE = re.compile(
    r"\b(?:mazuva|maawa|maminitsi|masvondo|mwedzi|insuku|amahora|imizuzu|amaviki|inyanga)\s+[a-z-]*$",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:will|shall|going to|'ll)\s+(?:\w+\s+){0,3}?(?:be\s+)?(?:refund|revers|credit|return)\w*"
    r"|\bguarantee\w*"
    r"|\b(?:I|we)(?:'ve|\s+have)?\s+(?:just\s+|already\s+|now\s+)?(?:refunded|reversed|credited)"
    r"|\b(?:get|receive|have)\s+(?:\w+\s+)?(?:money|cash|funds?|payment|amount|it|that)\s+back\b"
    r"|\b(?:money|cash|funds?|payment|amount)\s+(?:will|shall|is going to)\s+(?:come|be)\s+back\b"
    r"|\b(?:mari yako|imali yakho)\s+(?:ichadzoka|ichadzoserwa|izabuya|izabuyela)",
    re.IGNORECASE,
)
_NEAR = 40
"""How far from a number its currency is looked for, in characters."""
_SMALL = 31
"""Whole numbers up to here are counts, days or steps, unless their sentence speaks of money."""


def numbers_in(text: str) -> set[Decimal]:
    """Return every number of a text, thousands separators removed."""
    return {value for match in _NUMBER.finditer(text) if (value := _value(match[0])) is not None}


def _value(literal: str) -> Decimal | None:
    plain = literal.replace("\u00a0", "").replace(",", "")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


@dataclass
class FigureGate:
    """Passes a streamed answer on, sentence by sentence, without unknown figures or promises."""

    known: set[Decimal] = field(default_factory=set[Decimal])
    amounts: set[Decimal] = field(default_factory=set[Decimal])
    """Those that may be said as money: the parts of a date or a time may not."""
    sources: str = ""
    """Raw text of the sources, for references and tokens that are no plain numbers."""
    withheld: int = 0
    """Sentences cut short so far."""
    _pending: str = ""
    _shown: int = 0
    """How much of ``_pending``, the sentence under way, has been passed on."""

    def learn(self, texts: Iterable[str]) -> None:
        """Add sources: tool results and the customer's own words."""
        for text in texts:
            self.known |= numbers_in(text)
            self.amounts |= numbers_in(_MOMENT.sub(" ", text))
            self.sources += f"\n{text}"

    def feed(self, delta: str) -> str:
        """Take more text; return what may be shown now."""
        self._pending += delta
        passed: list[str] = []
        while (end := _SENTENCE_END.search(self._pending)) is not None:
            passed.append(self._close(self._pending[: end.end()]))
            self._pending = self._pending[end.end() :]
            self._shown = 0
        passed.append(self._advance())
        return "".join(passed)

    def finish(self) -> str:
        """Return what was held back, once the text is complete."""
        rest = self._close(self._pending)
        self._pending, self._shown = "", 0
        return rest

    def _close(self, sentence: str) -> str:
        """Pass the rest of a complete sentence, or cut it where it stops being safe."""
        if self._is_safe(sentence):
            return sentence[self._shown :]
        self.withheld += 1
        return "… " if self._shown else ""

    def _advance(self) -> str:
        """Pass whole words of the sentence under way while nothing in it needs its end."""
        end = self._pending.rfind(" ") + 1
        head = self._pending[:end]
        if end <= self._shown or _needs_whole_sentence(head):
            return ""
        shown, self._shown = self._shown, end
        return head[shown:]

    def _is_safe(self, sentence: str) -> bool:
        if _PROMISE.search(sentence) or _SPELLED_MONEY.search(sentence):
            return False
        plain = _CLOCK_OR_DATE.sub(" ", sentence)
        of_money = _CURRENCY.search(plain) is not None
        return all(self._is_known(match, plain, of_money) for match in _NUMBER.finditer(plain))

    def _is_known(self, match: re.Match[str], sentence: str, of_money: bool) -> bool:
        value = _value(match[0])
        if value is None:
            return match[0] in self.sources
        before = sentence[max(0, match.start() - _NEAR) : match.start()]
        after = sentence[match.end() : match.end() + _NEAR]
        is_money = _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after)
        if is_money:
            return value in self.amounts
        is_small = value == value.to_integral_value() and value <= _SMALL
        is_counted = _COUNTED_AFTER.match(after) or _COUNTED_BEFORE.search(before)
        may_count = is_small and (is_counted or not of_money)
        return bool(may_count) or value in self.known


_RISKY = re.compile(
    rf"\d|\$|\b(?:{_CODE}|{_DOLLAR}|{_NUMBER_WORD})\b"
    r"|\b(?:will|shall|going|guarantee\w*|refund\w*|revers\w*|credited|back|mari|imali"
    r"|I have|I've)\b|'ll",
    re.IGNORECASE,
)


def _needs_whole_sentence(head: str) -> bool:
    """Whether a beginning could still turn into a figure or a promise."""
    return _RISKY.search(head) is not None
