"""What a message names: money, days, numbers, references, and the filters of a transaction list."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.dates import Span, find_dates
from ecocash_copilot.agent.offline.vocabulary import (
    any_of,
    choices,
    number_words,
    pattern,
    table,
    word_set,
)
from schemas.identity import parse_msisdn
from schemas.money import Currency
from schemas.wallet import Direction, TransactionFilter, TransactionKind, TransactionStatus

LAST = -1
"""The ordinal of "the last one"."""
MOST_ROWS = 50


@dataclass(slots=True)
class Extracted:
    """Everything found in one message; what is not there is ``None``."""

    folded: str
    currency: Currency | None = None
    direction: Direction | None = None
    status: TransactionStatus | None = None
    kind: TransactionKind | None = None
    date_from: date | None = None
    date_to: date | None = None
    name: str | None = None
    """A counterparty's name, in lower case."""
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    limit: int | None = None
    ordinal: int | None = None
    """1 is the first of the last list shown, ``LAST`` its last."""
    reference: str | None = None
    ticket_id: str | None = None
    msisdn: str | None = None
    more: bool = False
    """Asks for the next page."""
    pointer: bool = False
    """Points at something: "that one"."""
    latest: bool = False
    """Speaks of the newest transaction."""
    spans: list[Span] = field(default_factory=list[Span])

    def filter(self) -> TransactionFilter:
        """Return the filters as the wallet takes them."""
        return TransactionFilter(
            currency=self.currency,
            direction=self.direction if self.kind is None else None,
            status=self.status,
            kind=self.kind,
            date_from=self.date_from,
            date_to=self.date_to,
            text=self.msisdn or self.name,
            min_amount=self.min_amount,
            max_amount=self.max_amount,
        )

    def rest(self) -> list[str]:
        """Return the words that no extractor took and that are no mere glue."""
        letters = list(self.folded)
        for start, end in self.spans:
            letters[start:end] = " " * (end - start)
        glue = word_set("follow", "glue")
        return [w for w in re.findall(r"\w+", "".join(letters)) if w not in glue]


def extract(message: str, today: date) -> Extracted:
    """Read a message. Never fails: what cannot be read is left out."""
    found = Extracted(text.fold(message))
    _identifiers(found)
    _dates(found, today)
    _pointers(found)
    _filters(found)
    _ordinals_and_limits(found)
    _amounts(found)
    _latest(found)
    _name(found)
    return found


def _free(found: Extracted, span: Span) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in found.spans)


def _identifiers(found: Extracted) -> None:
    for match in text.REFERENCE.finditer(found.folded):
        found.reference = found.reference or match[1].upper()
        found.spans.append(match.span())
    for match in text.TICKET.finditer(found.folded):
        found.ticket_id = found.ticket_id or f"TCK-{match[1]}"
        found.spans.append(match.span())
    for match in text.PHONE.finditer(found.folded):
        found.msisdn = found.msisdn or parse_msisdn(match[0])
        found.spans.append(match.span())


def _dates(found: Extracted, today: date) -> None:
    dates = find_dates(found.folded, today)
    if dates is not None and all(_free(found, span) for span in dates.spans):
        found.date_from, found.date_to = dates.first, dates.last
        found.spans.extend(dates.spans)


def _first_choice(found: Extracted, *path: str) -> str | None:
    for key, words in choices(*path):
        for match in words.finditer(found.folded):
            if _free(found, match.span()):
                found.spans.append(match.span())
                return key
    return None


def _filters(found: Extracted) -> None:
    kind = _first_choice(found, "filters", "kind")
    found.kind = TransactionKind(kind) if kind else None
    status = _first_choice(found, "filters", "status")
    found.status = TransactionStatus(status) if status else None
    direction = _first_choice(found, "filters", "direction")
    found.direction = Direction(direction) if direction else None
    currency = _currency(found.folded)
    if currency is not None:
        found.currency = currency
        for _, words in choices("filters", "currency"):
            found.spans.extend(m.span() for m in words.finditer(found.folded))


@cache
def _currency_with_figure() -> re.Pattern[str]:
    return re.compile(
        r"\d\s*(?:usd|us\$|\$|dollars?|zig|zwg|bond)|(?:us\$|\$|usd|zig|zwg|bond)\s*\d"
    )


def _currency(folded: str) -> Currency | None:
    """Return the one currency the text speaks of.

    A dollar sign before a figure says nothing about the wallet that is meant, so it is left to
    the amounts.
    """
    figures = _currency_with_figure().sub(" ", folded)
    named = [key for key, words in choices("filters", "currency") if words.search(figures)]
    return Currency(named[0]) if len(named) == 1 else None


# --- ordinals and limits -------------------------------------------------------------------------


@cache
def _number() -> str:
    return rf"(\d{{1,3}}|{'|'.join(sorted(number_words(), key=len, reverse=True))})"


@cache
def _limit_patterns() -> tuple[re.Pattern[str], ...]:
    things = r"(?:transactions?|payments?|transfers?|ones|purchases|\w*transaction|trans)"
    return (
        re.compile(
            rf"(?<!\w)(?:last|latest|recent|past|top|newest) {_number()}(?!\w)"
            r"(?! (?:days?|weeks?|months?))"
        ),
        re.compile(rf"(?<!\w){_number()} (?:last|latest|recent|most recent|{things})(?!\w)"),
        re.compile(rf"(?<!\w){_number()} (?:dz?e|ek|e)?kupedzisira(?!\w)"),
        re.compile(rf"(?<!\w)(?:dz|ek)ekupedzisira {_number()}(?!\w)"),
        re.compile(rf"(?<!\w){_number()} (?:okucina|acinileyo|ezokucina)(?!\w)"),
    )


@cache
def _numbered() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:number|no\.?|num|nr|option|namba|nhamba|nombolo|inombolo|#)\s?#?{_number()}(?![\w.])"
    )


def _value(written: str) -> int:
    return int(written) if written.isdigit() else number_words()[written]


def _ordinals_and_limits(found: Extracted) -> None:
    for words in _limit_patterns():
        match = words.search(found.folded)
        if match and match[1] != "one" and _free(found, match.span()):
            found.limit = max(1, min(_value(match[1]), MOST_ROWS))
            found.spans.append(match.span())
            return
    match = _numbered().search(found.folded)
    if match and _free(found, match.span()):
        found.ordinal = _value(match[1])
        found.spans.append(match.span())
    elif found.folded.strip(" .#!").isdecimal() and len(found.folded) <= 3:
        found.ordinal = int(found.folded.strip(" .#!"))
        found.spans.append((0, len(found.folded)))
    else:
        key = _first_choice(found, "ordinals")
        found.ordinal = int(key) if key else None


# --- amounts -------------------------------------------------------------------------------------


@cache
def _bounded(side: str) -> re.Pattern[str]:
    signs = {"over": r"|>=?\s*", "under": r"|<=?\s*"}[side]
    return re.compile(rf"(?:{any_of(table('compare')[side])}{signs})\s*(?:ne |kwe |kuka )?$")


@cache
def _between() -> re.Pattern[str]:
    return re.compile(rf"{any_of(table('compare')['between'])}\s*(?:kuka |kwa |pe )?$")


_LONGEST_FIGURE = 14
_MOST_FIGURES = 8


def _amounts(found: Extracted) -> None:
    figures = [m for m in text.MONEY.finditer(found.folded) if _free(found, m.span("number"))]
    figures = [m for m in figures if len(m["number"]) <= _LONGEST_FIGURE][:_MOST_FIGURES]
    for position, match in enumerate(figures):
        before = found.folded[: match.start()]
        amount = Decimal(match["number"].replace(",", ""))
        following = figures[position + 1] if position + 1 < len(figures) else None
        if following is not None and _between().search(before):
            other = Decimal(following["number"].replace(",", ""))
            found.min_amount, found.max_amount = sorted((amount, other))
            _take(found, match, following)
        elif over := _bounded("over").search(before):
            found.min_amount = amount
            found.spans.append(over.span())
            _take(found, match)
        elif under := _bounded("under").search(before):
            found.max_amount = amount
            found.spans.append(under.span())
            _take(found, match)
        elif match["before"] or match["after"]:
            found.min_amount = found.max_amount = amount
            _take(found, match)
        else:
            continue
        return


def _take(found: Extracted, *figures: re.Match[str]) -> None:
    for match in figures:
        found.spans.append(match.span())
        unit = f"{match['before'] or ''}{match['after'] or ''}"
        if unit and unit != "$":
            zig = any(name in unit for name in ("zig", "zwg", "bond"))
            found.currency = Currency.ZWG if zig else Currency.USD
    if len(figures) == 2:
        found.spans.append((figures[0].end(), figures[1].start()))
        before = _between().search(found.folded[: figures[0].start()])
        if before:
            found.spans.append(before.span())


# --- pointing and names --------------------------------------------------------------------------


def _pointers(found: Extracted) -> None:
    stripped = found.folded.strip(" .?!")
    if pattern("follow", "more").fullmatch(stripped):
        found.more = True
        found.spans.append((0, len(found.folded)))
    for pointed in pattern("follow", "pointer").finditer(found.folded):
        if _free(found, pointed.span()):
            found.pointer = True
            found.spans.append(pointed.span())


def _latest(found: Extracted) -> None:
    if latest := pattern("follow", "latest").search(found.folded):
        found.latest = True
        found.spans.append(latest.span())


@cache
def _named_after() -> re.Pattern[str]:
    # Shona and Ndebele also write the link and a bank's name as one word: "bhanga reStanbic".
    return re.compile(
        rf"(?:{any_of(table('names')['before'])}\s+(?=[a-z])|(?<=bhanga )(?:re|le)(?=[a-z]{{3}}))"
    )


_NAME_WORD = re.compile(r"[a-z][a-z&'-]*")
_LONGEST_NAME = 3
_LONGEST_TEXT = 80


def _name(found: Extracted) -> None:
    if found.msisdn:
        return
    known = pattern("names", "known").search(found.folded)
    if known:
        found.name = known[0]
        found.spans.append(known.span())
        return
    for match in _named_after().finditer(found.folded):
        span = _name_at(found, match.end())
        if span is not None:
            found.name = found.folded[span[0] : span[1]]
            found.spans.extend((match.span(), span))
            return


def _name_at(found: Extracted, start: int) -> Span | None:
    """Return up to three words from ``start`` that may make a name."""
    never = word_set("names", "never")
    end = start
    for match in _NAME_WORD.finditer(found.folded, start):
        gap = found.folded[end : match.start()]
        if gap.strip() or match[0] in never or not _free(found, match.span()):
            break
        end = match.end()
        if len(found.folded[start:end].split()) == _LONGEST_NAME:
            break
    return (start, end) if 2 <= end - start <= _LONGEST_TEXT else None
