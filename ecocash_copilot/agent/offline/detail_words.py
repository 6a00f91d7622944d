"""Details of a complaint that are words of the customer's own: a thing, a name, what was said.

They are read from the message as it was written, so that they are carried in as it was written.
"""

import re
from datetime import date
from functools import cache

from ecocash_copilot.agent.offline import text
from ecocash_copilot.agent.offline.dates import find_dates
from ecocash_copilot.agent.offline.vocabulary import any_of, marks_of, pattern, table, word_set
from schemas.identity import parse_msisdn

LONGEST = 120
_MOST_WORDS = 5
_TO_THE_END = r"(?!to )(?P<rest>[^.!?\n;]{2,400})"
_WORD = re.compile(r"[^\s,;:!?]+")


# -- what was bought -----------------------------------------------------------------------------


def bought(message: str, today: date) -> set[str]:
    """Return the things that a message says were bought."""
    found = {
        _thing(match["rest"], today)
        for match in _after("after").finditer(message)
        if not _denied(message[: match.start()])
    }
    for language in ("shona", "ndebele"):
        for match in _after(f"after_{language}").finditer(message):
            found.add(_one_word(match["rest"], _place(language), today))
    found |= {m["name"].strip() for m in _paid_by_name().finditer(message)}
    return found - {""}


@cache
def _after(row: str) -> re.Pattern[str]:
    return re.compile(
        any_of(table("told", "bought")[row]) + r"\s+(?P<rest>[^.!?,;\n]{2,120})", re.IGNORECASE
    )


@cache
def _paid_by_name() -> re.Pattern[str]:
    names = any_of(table("told", "bought")["by_name"])
    return re.compile(rf"(?<!\w)paid (?:my |the |for )?(?P<name>{names})", re.IGNORECASE)


@cache
def _place(language: str) -> re.Pattern[str]:
    return re.compile("|".join(table("told", "bought")[f"place_{language}"]))


def _denied(before: str) -> bool:
    row = any_of([*table("told")["denied"], "havent", "hasnt", "didnt"])
    return bool(re.search(row + r"\s*$", text.fold(before[-40:])))


def _thing(rest: str, today: date) -> str:
    """Return up to five words that name a thing; an empty string where they may be no thing."""
    words: list[str] = []
    for match in _WORD.finditer(rest):
        folded = text.fold(match[0])
        if folded in word_set("told", "bought", "stop") or find_dates(folded, today):
            break
        if not words and folded in word_set("told", "bought", "lead"):
            continue
        if folded in word_set("told", "bought", "never") or any(map(str.isdigit, folded)):
            return ""
        words.append(match[0])
    if not words or len(words) > _MOST_WORDS or "other_person" in marks_of(text.fold(words[-1])):
        return ""
    return " ".join(words)


def _one_word(rest: str, place: re.Pattern[str], today: date) -> str:
    word = _WORD.search(rest)
    folded = text.fold(word[0]) if word else ""
    refused = folded in word_set("told", "bought", "never") or any(map(str.isdigit, folded))
    if word is None or refused or place.match(folded) or find_dates(folded, today):
        return ""
    return word[0]


# -- what the shop said --------------------------------------------------------------------------


def merchant_said(message: str) -> set[str]:
    """Return what a message says the shop said."""
    found = {match["rest"] for match in _shop_says().finditer(message)}
    folded = text.fold(message, len(message))
    shop, known = pattern("told", "shop"), pattern("names", "known")
    others = pattern("told", "not_shop")
    if (shop.search(folded) or known.search(folded)) and not others.search(folded):
        found |= {match["rest"] for match in _they_say().finditer(message)}
    words = {rest.strip(" ,:") for rest in found}
    return {each for each in words if len(each.split()) > 1 and len(each) <= LONGEST}


@cache
def _says() -> str:
    says = any_of(table("told")["says"])
    return rf"{says}(?:\s+(?:that|kuti|ukuthi))?[\s,:]+{_TO_THE_END}"


@cache
def _shop_says() -> re.Pattern[str]:
    known = [rf"(?:pa|ku|e|mu)?(?:{name})" for name in table("names")["known"]]
    shop = any_of([*table("told")["shop"], *known])
    return re.compile(
        rf"{shop}(?:\s+(?:people|owner|lady|guy|vacho|chacho))?[\s,]+{_says()}", re.IGNORECASE
    )


@cache
def _they_say() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)they (?:all )?{_says()}", re.IGNORECASE)


# -- the agent -----------------------------------------------------------------------------------

_AGENT = r"(?i:(?<!\w)(?:um|i|u|ku)?(?:agent|agenti|ejenti))"
_CAPITAL = r"[A-Z][A-Za-z'\u2019-]+"
_MOST_CAPITALS = 0.5


def agents(message: str, today: date, own: str | None) -> set[str]:
    """Return the names, codes and numbers of agents that a message names."""
    found = {_name(m["name"], today) for m in _called().finditer(message)}
    if _writes_capitals_for_names(message):
        found |= {_name(m["name"], today) for m in _capital_name().finditer(message)}
    found |= {match["code"] for match in _coded().finditer(message)}
    for match in _agents_phone().finditer(text.fold(message, len(message))):
        number = parse_msisdn(match["number"])
        found |= {number} - {own}
    return found - {""}


def _writes_capitals_for_names(message: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", message)
    capitals = sum(word[0].isupper() for word in words)
    return not any(w.isupper() for w in words if w.lower() == "agent") and (
        capitals <= max(3, len(words) * _MOST_CAPITALS)
    )


def _name(written: str, today: date) -> str:
    """Return a name up to the first word that can't be part of one."""
    kept: list[str] = []
    for word in written.split():
        folded = text.fold(word)
        never = word_set("names", "never") | word_set("told", "agent", "never")
        if folded in never or find_dates(folded, today):
            break
        kept.append(word if word[0].isupper() else word.capitalize())
    return " ".join(kept)


@cache
def _capital_name() -> re.Pattern[str]:
    return re.compile(rf"{_AGENT}\s+u?(?P<name>{_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})")


@cache
def _called() -> re.Pattern[str]:
    named = any_of(table("told", "agent")["named"])
    return re.compile(
        rf"{_AGENT}(?:\s+\w+)?\s+(?i:{named})\s+u?"
        rf"(?P<name>{_CAPITAL}(?:\s+{_CAPITAL}){{0,2}}|[a-z][a-z'-]+)"
    )


@cache
def _coded() -> re.Pattern[str]:
    coded = any_of(table("told", "agent")["coded"])
    return re.compile(rf"{_AGENT}(?i:\s+{coded})[\s.:]*(?P<code>\d{{4,8}})(?![\d.])")


@cache
def _agents_phone() -> re.Pattern[str]:
    coded = any_of([*table("told", "agent")["coded"], "phone"])
    return re.compile(rf"{_AGENT}(?:\s+{coded})?[\s:]+(?P<number>{text.PHONE.pattern})")
