"""Facts: figures the operator changes without a release, named by articles as ``{key}``."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from mcp_server.help.errors import HelpContentError
from schemas.base import Schema
from schemas.money import Currency, Money

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class FactUnit(StrEnum):
    """How a value is written for the customer."""

    PERCENT = "percent"
    USD = "USD"
    ZWG = "ZWG"
    COUNT = "count"
    PHONE = "phone"
    USSD = "ussd"
    TIME = "time"
    TEXT = "text"


_PATTERNS = {
    FactUnit.COUNT: re.compile(r"\d{1,6}"),
    FactUnit.PHONE: re.compile(r"\+?\d[\d ]{1,18}"),
    FactUnit.USSD: re.compile(r"\*\d[\d*]*#"),
    FactUnit.TIME: re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    FactUnit.TEXT: re.compile(r"[^{}*\n]{1,80}"),
}


class Fact(Schema):
    """One figure, with the day from which it holds."""

    value: str = Field(min_length=1, max_length=80)
    unit: FactUnit
    effective: date
    confirmed: bool
    """Whether the operator has checked the value; the shipped ones are demo data."""
    note: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _value_fits_unit(self) -> "Fact":
        pattern = _PATTERNS.get(self.unit)
        if pattern is None:
            self._number()
        elif not pattern.fullmatch(self.value):
            raise ValueError(f"{self.value!r} is no {self.unit}")
        return self

    def _number(self) -> Decimal:
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            raise ValueError(f"{self.value!r} is no number") from None
        if not number.is_finite() or number < 0:
            raise ValueError(f"{self.value!r} is not a finite number of zero or more")
        return number

    def __str__(self) -> str:
        """As shown to customers: ``2%``, ``US$500.00``, ``ZiG 130.00``, ``07:00``."""
        match self.unit:
            case FactUnit.PERCENT:
                return f"{self.value}%"
            case FactUnit.USD | FactUnit.ZWG:
                return str(Money(amount=self._number(), currency=Currency(self.unit.value)))
            case _:
                return self.value


_FACTS = TypeAdapter(dict[str, Fact])


def load_facts(path: Path) -> dict[str, Fact]:
    """Read ``facts.toml``.

    Raises:
        HelpContentError: the file is not TOML or a fact does not fit its unit.
    """
    try:
        return _FACTS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise HelpContentError(f"{path.name}: {error}") from error


def placeholders(text: str) -> list[str]:
    """Return the names in braces, in order, as written."""
    return _PLACEHOLDER.findall(text)


def render(text: str, facts: Mapping[str, Fact]) -> str:
    """Put the facts into ``text``.

    Raises:
        HelpContentError: a placeholder names no fact, or a brace is left over.
    """
    unknown = [name for name in placeholders(text) if name not in facts]
    if unknown:
        raise HelpContentError(f"unknown placeholder: {', '.join(sorted(set(unknown)))}")
    rendered = _PLACEHOLDER.sub(lambda match: str(facts[match[1]]), text)
    if "{" in rendered or "}" in rendered:
        raise HelpContentError("a brace without its pair")
    return rendered
