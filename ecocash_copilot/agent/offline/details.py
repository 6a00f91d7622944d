"""What a customer's words tell of the details that a problem report asks for.

Each reader returns every value that it finds. A detail is told only where it finds exactly one:
a wrong value is worse than none, because an answer that is filled in is seldom looked at again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.dates import find_dates
from ecocash_copilot.agent.offline.detail_words import agents, bought, merchant_said
from ecocash_copilot.agent.offline.vocabulary import (
    any_of,
    choices,
    number_words,
    pattern,
    table,
)
from schemas.identity import parse_msisdn
from schemas.money import Currency

MAX_CHARACTERS = 2000
"""Longer messages keep their beginning."""

_PHONE = re.compile(r"(?P<cue>[^.!?\n]{0,40}?)(?P<number>" + text.PHONE.pattern + ")")
_METER = r"(?P<meter>\d{11}(?!\d)|\d(?:[ -]?\d){10}(?![ -]?\d))"
_GLUED = re.compile(r"(?<=[a-z]{2})-?(?=\d{3,}(?!\w*\.\d))")
_SENTENCE = re.compile(r"[.!?;\n]+")


@dataclass(frozen=True)
class Told:
    """One message, and what is known beside it."""

    message: str
    today: date
    """The day in Harare on which it was written."""
    own: str | None = None
    """The customer's own number, as E.164."""
    currency: Currency | None = None
    """That of the payment it is about."""

    @cached_property
    def folded(self) -> str:
        """The message as words are looked up in; a number stands apart from its prefix."""
        return _GLUED.sub(" ", text.fold(self.message, MAX_CHARACTERS))


def read_details(told: Told) -> dict[str, set[str]]:
    """Return what one message tells: the detail's name to each value found.

    Numbers are E.164, days and amounts plain, as the report keeps them.
    """
    found = {name: read(told) for name, read in _READERS.items()}
    return {name: values for name, values in found.items() if values}


def _denied(before: str) -> bool:
    return bool(_ends_with("told", "denied").search(before))


@cache
def _ends_with(*path: str, more: str = "") -> re.Pattern[str]:
    """Return the pattern of a row that ends just before something; ``more`` may stand between."""
    *parents, key = path
    return re.compile(any_of(table(*parents)[key]) + more + r"[\s:]*$")


# -- numbers -------------------------------------------------------------------------------------

_ONE_WORD = r"[\s:]*(?:\S+\s)?"
_WORDS = r"(?: \w+){0,3}"


def speaks_of_meant(message: str) -> bool:
    """Whether a message names the number that was meant."""
    return bool(_meant(Told(message, date.min)))


def _phones(told: Told) -> list[tuple[str, str]]:
    """Return what stands before each number, and the number; one to call is left out."""
    found = [(m["cue"], parse_msisdn(m["number"])) for m in _PHONE.finditer(told.folded)]
    contact = _ends_with("numbers_told", "contact")
    return [(cue, number) for cue, number in found if not contact.search(cue)]


def _meant(told: Told) -> set[str]:
    cue = _ends_with("numbers_told", "meant", more=_ONE_WORD)
    return {n for before, n in _phones(told) if n != told.own and cue.search(before)}


def _sent_to(told: Told) -> set[str]:
    meant, line, cue = (
        _ends_with("numbers_told", "meant", more=_ONE_WORD),
        _ends_with("numbers_told", "own_line"),
        _ends_with("numbers_told", "sent_to", more=_ONE_WORD),
    )
    return {
        number
        for before, number in _phones(told)
        if number != told.own
        and cue.search(before)
        and not (meant.search(before) or line.search(before))
    }


def _bought_for(told: Told) -> set[str]:
    kinds = dict(choices("filters", "kind"))
    if not (kinds["airtime"].search(told.folded) or kinds["data"].search(told.folded)):
        return set()
    whose, line = (
        _ends_with("told", "airtime_for", more=_WORDS),
        _ends_with("numbers_told", "own_line"),
    )
    found = {
        number
        for before, number in _phones(told)
        if whose.search(before) or not (line.search(before) or number == told.own)
    }
    if told.own and pattern("told", "myself").search(told.folded):
        found.add(told.own)
    return found


def _meters(told: Told) -> set[str]:
    found = _meter_pattern().finditer(told.folded)
    contact = _ends_with("numbers_told", "contact")
    return {re.sub(r"\D", "", m["meter"]) for m in found if not contact.search(m["gap"])}


@cache
def _meter_pattern() -> re.Pattern[str]:
    near, far = any_of(table("told")["electricity"]), any_of(table("told")["meter"])
    gap = rf"(?:{far}(?=[^\d.,!?\n]{{0,25}}\d)|{near}(?=[^\d.,!?\n]{{0,12}}\d))"
    return re.compile(rf"{gap}(?P<gap>[^\d.,!?\n]*)(?<![\d+]){_METER}")


def _account_endings(told: Told) -> set[str]:
    card = pattern("told", "not_of_account")
    endings = {
        m["ending"]
        for words in _ending_patterns()
        for m in words.finditer(told.folded)
        if not card.search(m["gap"])
    }
    whole = {
        digits[-4:]
        for m in _whole_account().finditer(told.folded)
        if (digits := re.sub(r"\D", "", m["digits"])) and not text.PHONE.fullmatch(m["digits"])
    }
    return endings | whole


@cache
def _ending_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    account, row = any_of(table("told")["account"]), table("told")
    digits = r"[\s:-]*(?P<ending>\d{3,4})(?![\d%]|[.,]\d|\s*(?:us|usd|zig|dollars))"
    return (
        re.compile(rf"{account}(?P<gap>[^.!?\d\n]{{0,30}}?){any_of(row['ending'])}{digits}"),
        re.compile(rf"(?P<gap>){any_of(row['last_digits'])}{digits}"),
    )


@cache
def _whole_account() -> re.Pattern[str]:
    row = table("told")
    between = rf"(?:[\s:]+{any_of(row['account_number'])})*[\s:]+"
    return re.compile(rf"{any_of(row['account'])}{between}(?P<digits>\d(?:[ -]?\d){{7,15}})(?!\d)")


def _references(told: Told) -> set[str]:
    return {match[1].upper() for match in text.REFERENCE.finditer(told.folded)}


# -- people and banks ----------------------------------------------------------------------------


def _knows(told: Told) -> set[str]:
    found: set[str] = set()
    for sentence in _SENTENCE.split(told.folded):
        meant = pattern("numbers_told", "meant").search(sentence)
        for answer, row in (("yes", "known"), ("no", "unknown")):
            for match in pattern("recipient", row).finditer(sentence):
                if _denied(sentence[: match.start()]) or (meant and answer == "yes"):
                    # Whom they know is perhaps the one that it should have gone to.
                    return set()
                found.add(answer)
    return found


def _banks(told: Told) -> set[str]:
    return {
        name
        for name, words in _bank_patterns()
        for match in words.finditer(told.folded)
        if not _denied(told.folded[: match.start()])
    }


@cache
def _bank_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    # Shona and Ndebele write the link and a bank's name as one word: "reStanbic", "leCABS".
    link = r"(?<!\w)(?:[krynl]?[eu]|k?wa|pa|la|ma|i)?"
    rows = table("banks").items()
    return tuple((name, re.compile(rf"{link}(?:{'|'.join(row)})(?!\w)")) for name, row in rows)


# -- money ---------------------------------------------------------------------------------------


def _amounts_charged(told: Told) -> set[str]:
    folded = _with_figures(told.folded)
    found: set[str] = set()
    for row in ("charged", "took"):
        for match in _charge(row).finditer(folded):
            before = folded[: match.start()]
            if _ends_with("told", "not_charged", more=r"(?:\s+(?:have|be|been|to|me))*").search(
                before
            ) or (row == "took" and not _by_agent(before, folded)):
                continue
            if _fits(match["before"] or match["after"], told.currency):
                found.add(match["number"].replace(",", ""))
    return found


def _by_agent(before: str, folded: str) -> bool:
    """Whether "took" may be said of the agent, and is of the only amount that is named."""
    amounts = [m for m in text.MONEY.finditer(folded) if m["before"] or m["after"]]
    mine = re.search(r"(?<!\w)(?:i|we|ive|weve)\s*(?:have|just|only)?\s*$", before)
    agent = pattern("told", "agent", "word").search(folded)
    return mine is None and agent is not None and len(amounts) == 1


def _fits(unit: str | None, currency: Currency | None) -> bool:
    """Whether a unit is one at all, and not of another currency than the payment's."""
    if not unit:
        return False
    zig = any(name in unit for name in ("zig", "zwg", "bond"))
    return currency is None or unit == "$" or zig == (currency is Currency.ZWG)


@cache
def _charge(row: str) -> re.Pattern[str]:
    links = rf"(?:\s+{any_of(table('told')['links'])})*"
    rest = rf"(?!\s*(?:%|{any_of(table('told')['not_all'])}))"
    return re.compile(rf"{any_of(table('told')[row])}{links}\s+{text.MONEY.pattern}{rest}")


@cache
def _written_amounts() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    number = rf"(?P<n>\d+|{'|'.join(sorted(number_words(), key=len, reverse=True))})"
    return (
        re.compile(any_of(table("told")["dollars"])),
        re.compile(rf"(?<!\w)dollars? {number}(?!\w|\.\d)(?! (?:dollars?|usd|zig))"),
        re.compile(rf"(?<!\w){number}(?= (?:us )?(?:dollars?|usd|zig)(?!\w))"),
    )


def _with_figures(folded: str) -> str:
    """Return folded text with amounts that are written in words as figures before their unit."""
    words, after, before = _written_amounts()
    folded = words.sub("dollars", re.sub(r"(?<!\w)u\$(?=\d)", "$", folded))
    folded = after.sub(lambda m: f"{_figure(m['n'])} dollars", folded)
    return before.sub(lambda m: _figure(m["n"]), folded)


def _figure(written: str) -> str:
    return written if written.isdigit() else str(number_words()[written])


# -- days ----------------------------------------------------------------------------------------


def _days_blocked(told: Told) -> set[str]:
    """Return the days that are named where it is said that something is blocked."""
    days: set[str] = set()
    blocked = pattern("told", "blocked")
    for clause in re.split(rf"[.,;!?\n]|{any_of(table('told')['clause'])}", told.folded):
        dates = find_dates(clause, told.today) if blocked.search(clause) else None
        for start, end in dates.spans if dates else ():
            # Read again without "since", which makes a range of it that ends today.
            named = find_dates(clause[start:end], told.today)
            if named is None or named.first is None:
                continue
            days.add(named.first.isoformat() if named.first == named.last else "")
    return days


_READERS: Mapping[str, Callable[[Told], set[str]]] = {
    "number_meant": _meant,
    "number_sent_to": _sent_to,
    "knows_recipient": _knows,
    "bought": lambda told: bought(told.message[:MAX_CHARACTERS], told.today),
    "merchant_said": lambda told: merchant_said(told.message[:MAX_CHARACTERS]),
    "bank": _banks,
    "account_ending": _account_endings,
    "number_bought_for": _bought_for,
    "meter_number": _meters,
    "other_reference": _references,
    "agent_name": lambda told: agents(told.message[:MAX_CHARACTERS], told.today, told.own),
    "amount_charged": _amounts_charged,
    "since": _days_blocked,
}
