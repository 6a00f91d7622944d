"""Dates in English, Shona and Ndebele, as customers write them, to ranges of days."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ecocash_copilot.agent.offline.vocabulary import any_of, choices, number_words, pattern, table

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Dates:
    """A range of days, both ends inclusive; ``None`` leaves an end open."""

    first: date | None
    last: date | None
    spans: tuple[Span, ...]
    """Where in the text it was read."""


@dataclass(frozen=True, slots=True)
class _Found:
    first: date
    last: date
    span: Span
    closed: bool = False
    """Both ends are written out, as in "1 to 10 November"."""


def find_dates(folded: str, today: date) -> Dates | None:
    """Return the days that folded text speaks of, or ``None``.

    Args:
        folded: from ``text.fold``.
        today: the customer's day in Harare. A day without a year is the latest that has begun.
    """
    found = _without_overlaps(_all_dates(folded, today))
    if not found:
        return None
    first = found[0]
    since = _word_before(pattern("range", "since"), folded, first.span[0])
    until = _word_before(pattern("range", "until"), folded, first.span[0])
    spans = tuple(f.span for f in found[:2]) + tuple(s for s in (since, until) if s)
    if len(found) > 1:
        return Dates(min(first.first, found[1].first), max(first.last, found[1].last), spans)
    if since and not first.closed:
        return Dates(first.first, max(today, first.last), spans)
    if until:
        return Dates(None, first.last, spans)
    return Dates(first.first, first.last, spans)


def _word_before(words: re.Pattern[str], folded: str, position: int) -> Span | None:
    for match in words.finditer(folded, 0, position):
        if not folded[match.end() : position].strip():
            return match.span()
    return None


def _without_overlaps(found: Iterator[_Found]) -> list[_Found]:
    """Keep the longest reading of each stretch of text, in the order of the text."""
    kept: list[_Found] = []
    for candidate in sorted(found, key=lambda f: f.span[0] - f.span[1]):
        start, end = candidate.span
        if all(end <= k.span[0] or start >= k.span[1] for k in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda f: f.span)


def _all_dates(folded: str, today: date) -> Iterator[_Found]:
    for reader in (_periods, _counted, _weekdays, _absolute):
        yield from reader(folded, today)


# --- today, last week ----------------------------------------------------------------------------


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _weekend(today: date) -> tuple[date, date]:
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return saturday, saturday + timedelta(days=1)


def _day_before(today: date, days: int) -> tuple[date, date]:
    day = today - timedelta(days=days)
    return day, day


_PERIODS: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: _day_before(today, 1),
    "before_yesterday": lambda today: _day_before(today, 2),
    "this_week": lambda today: (_week(today)[0], today),
    "last_week": lambda today: _week(today - timedelta(days=7)),
    "this_month": lambda today: (_month(today)[0], today),
    "last_month": lambda today: _month(_month(today)[0] - timedelta(days=1)),
    "this_year": lambda today: (_year(today.year)[0], today),
    "last_year": lambda today: _year(today.year - 1),
    "weekend": _weekend,
}


def _periods(folded: str, today: date) -> Iterator[_Found]:
    for name, words in choices("periods"):
        for match in words.finditer(folded):
            yield _Found(*_PERIODS[name](today), match.span())


# --- 3 days ago, the last 2 weeks ----------------------------------------------------------------


@cache
def _counted_pattern() -> re.Pattern[str]:
    number = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(number_words(), key=len, reverse=True))})"
    unit = "|".join(f"(?P<{name}>{'|'.join(rows)})" for name, rows in table("units").items())
    after = r"(?P<late>\d{1,3}|" + "|".join(number_words()) + ")"
    return re.compile(
        rf"(?<!\w)(?P<past>last |past |previous )?(?:{number} )?(?:{unit})"
        rf"(?: (?:ezi-?)?{after})?(?P<ago> ago)?"
        r"(?: (?:apfuura|apera|adarika|apfuuraka|(?:ez[ie]|e|a)(?:dlul|phel)\w+))?(?!\w)"
    )


def _counted(folded: str, today: date) -> Iterator[_Found]:
    for match in _counted_pattern().finditer(folded):
        written = match["n"] or match["late"]
        if written is None:
            continue
        count = int(written) if written.isdigit() else number_words()[written]
        unit = "day" if match["day"] else "week" if match["week"] else "month"
        days = min(count * {"day": 1, "week": 7, "month": 30}[unit], 3660)
        if match["ago"] and unit == "day":
            yield _Found(*_day_before(today, days), match.span())
        elif match["ago"]:
            start = today - timedelta(days=days)
            yield _Found(*(_week(start) if unit == "week" else _month(start)), match.span())
        else:
            yield _Found(today - timedelta(days=days - 1), today, match.span())


# --- Monday, 5 November, 2026-11-05 --------------------------------------------------------------


def _weekdays(folded: str, today: date) -> Iterator[_Found]:
    for number, words in choices("weekdays"):
        for match in words.finditer(folded):
            back = (today.weekday() - int(number)) % 7
            start = match.start()
            if folded.endswith("last ", 0, start):
                start, back = start - len("last "), back or 7
            day = today - timedelta(days=back)
            yield _Found(day, day, (start, match.end()))


_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_LINK = r"\s*(?:-|to|and|na|ne|lo|le|until|till|kusvika|kusiya)\s*"
# These are also everyday words (may, mar), or animals (mbudzi), so alone they name no month.
_ONLY_WITH_A_DAY = frozenset({"may", "mar", "mbudzi", "dec", "sun", "zvita"})
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
_SLASHED = re.compile(r"(?<![\w/.$])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\w/]|\.\d)")


@cache
def _month_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    month = "|".join(f"(?P<m{number}>{'|'.join(rows)})" for number, rows in table("months").items())
    year = r"(?:,?\s+(?P<year>20\d{2}))?"
    return (
        re.compile(rf"(?<!\w)(?:{_DAY}{_LINK})?{_DAY}\s*(?:of |wa )?(?:{month}){year}(?!\w)"),
        re.compile(
            rf"(?<!\w)(?:{month})\s+{_DAY}(?:{_LINK}{_DAY})?{year}(?!\w|\s*(?:usd|zig|dollars))"
        ),
        re.compile(any_of([rf"(?P<in>in |muna |mwedzi wa |ngo ?|e)?(?:{month}){year}"])),
    )


def _absolute(folded: str, today: date) -> Iterator[_Found]:
    for match in _ISO.finditer(folded):
        yield from _one_day(today, match.span(), match[3], int(match[2]), match[1])
    for match in _SLASHED.finditer(folded):
        yield from _one_day(today, match.span(), match[1], int(match[2]), match[3])
    day_first, month_first, month_alone = _month_patterns()
    for match in day_first.finditer(folded):
        yield from _days_of_month(match, today, match[1], match[2])
    for match in month_first.finditer(folded):
        days = match.groups()[12:14]
        yield from _days_of_month(match, today, days[0], days[1])
    for match in month_alone.finditer(folded):
        if match["in"] or match[0] not in _ONLY_WITH_A_DAY:
            number = _month_number(match)
            year = int(match["year"]) if match["year"] else _latest_year(today, number, 1)
            yield _Found(*_month(date(year, number, 1)), match.span())


def _month_number(match: re.Match[str]) -> int:
    return next(n for n in range(1, 13) if match[f"m{n}"])


def _latest_year(today: date, month: int, day: int) -> int:
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _days_of_month(
    match: re.Match[str], today: date, first: str | None, last: str | None
) -> Iterator[_Found]:
    number, year = _month_number(match), match["year"]
    ends = [d for d in (first, last) if d]
    days = [f for d in ends for f in _one_day(today, match.span(), d, number, year)]
    if len(days) == len(ends):
        yield _Found(
            min(d.first for d in days), max(d.last for d in days), match.span(), len(ends) > 1
        )


def _one_day(today: date, span: Span, day: str, month: int, year: str | None) -> Iterator[_Found]:
    """Yield the day, or nothing where the calendar has no such day."""
    if not 1 <= month <= 12 or not 1 <= int(day) <= 31:
        return
    if year is None:
        number = _latest_year(today, month, int(day))
    else:
        number = int(year) + 2000 if len(year) == 2 else int(year)
    if int(day) <= calendar.monthrange(number, month)[1]:
        found = date(number, month, int(day))
        yield _Found(found, found, span)
