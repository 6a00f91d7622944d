"""Moments as a customer in Harare reads them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date

from ecocash_copilot.core.clock import HARARE
from ecocash_copilot.core.i18n import translator
from schemas.identity import Locale

_DAYS_OF_WEEK = 7


def clock_time(moment: datetime) -> str:
    """Return such as ``14:05``."""
    return f"{moment.astimezone(HARARE):%H:%M}"


def day_name(moment: datetime, now: datetime, locale: Locale) -> str:
    """Return ``Today``, ``Yesterday``, ``12 November`` or ``12 November 2025``."""
    day, today = moment.astimezone(HARARE).date(), now.astimezone(HARARE).date()
    t = translator(locale)
    if day == today:
        return t("Today")
    if day == today - timedelta(days=1):
        return t("Yesterday")
    return _format(moment, "d MMMM" if day.year == today.year else "d MMMM y", locale)


def short_moment(moment: datetime, now: datetime, locale: Locale) -> str:
    """Return such as ``Today, 14:05`` or ``12 Nov, 14:05``."""
    day, today = moment.astimezone(HARARE).date(), now.astimezone(HARARE).date()
    if (today - day).days in (0, 1):
        return f"{day_name(moment, now, locale)}, {clock_time(moment)}"
    pattern = "d MMM" if day.year == today.year else "d MMM y"
    return f"{_format(moment, pattern, locale)}, {clock_time(moment)}"


def coming_moment(moment: datetime, now: datetime, locale: Locale, *, inside: bool = False) -> str:
    """Return a moment ahead: ``Tomorrow, 14:05``, ``Monday, 08:00``, ``12 Nov, 08:00``.

    Args:
        inside: it stands inside a sentence: ``tomorrow, 14:05``.
    """
    ahead = moment.astimezone(HARARE).date() - now.astimezone(HARARE).date()
    if ahead.days in (0, 1):
        t = translator(locale)
        day = t("Tomorrow") if ahead.days else t("Today")
        return f"{day.lower() if inside else day}, {clock_time(moment)}"
    if 0 < ahead.days < _DAYS_OF_WEEK:
        return f"{_format(moment, 'EEEE', locale)}, {clock_time(moment)}"
    return short_moment(moment, now, locale)


def full_moment(moment: datetime, locale: Locale) -> str:
    """Return such as ``12 November 2026, 14:05``."""
    return f"{_format(moment, 'd MMMM y', locale)}, {clock_time(moment)}"


def spoken_date(day: date, today: date, locale: Locale) -> str:
    """Return a day inside a sentence: ``12 November``, with its year where it is another one."""
    pattern = "d MMMM" if day.year == today.year else "d MMMM y"
    return _format_day(day.toordinal(), pattern, locale)


def short_date(day: date | str, locale: Locale) -> str:
    """Return such as ``12 Nov 2026``; a text that is no ISO date stays as it is."""
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    return _format_day(day.toordinal(), "d MMM y", locale)


def _format(moment: datetime, pattern: str, locale: Locale) -> str:
    return _format_day(moment.astimezone(HARARE).date().toordinal(), pattern, locale)


@lru_cache(maxsize=4096)
def _format_day(ordinal: int, pattern: str, locale: Locale) -> str:
    day = datetime.fromordinal(ordinal).date()
    return format_date(day, pattern, locale=locale.value)
