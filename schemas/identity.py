"""Who speaks: customers and their language."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.base import Schema

_DIGITS = re.compile(r"[\s().-]")
_ZIMBABWE_MOBILE = re.compile(r"^(?:\+?263|00263|0)?(7[1378]\d{7})$", re.ASCII)


class Locale(StrEnum):
    """Languages of the customer's side: English, Shona, Ndebele (ISO 639-1)."""

    EN = "en"
    SN = "sn"
    ND = "nd"


LANGUAGE_NAMES = {Locale.EN: "English", Locale.SN: "chiShona", Locale.ND: "isiNdebele"}
"""Each language's name in itself, which no language translates."""


def parse_msisdn(text: str) -> str:
    """Return a Zimbabwean mobile number as E.164 (``+263771234567``).

    Takes what people type: ``0771234567``, ``77 123 4567``, ``+263 77 123 4567``.

    Raises:
        ValueError: the text is not a Zimbabwean mobile number.
    """
    match = _ZIMBABWE_MOBILE.match(_DIGITS.sub("", text))
    if match is None:
        raise ValueError("not a Zimbabwean mobile number")
    return f"+263{match[1]}"


def mask_msisdn(msisdn: str) -> str:
    """Return a number fit for a log or a stranger's eyes: ``+26377***4567``."""
    return f"{msisdn[:6]}***{msisdn[-4:]}" if len(msisdn) > 10 else "***"


Msisdn = Annotated[str, AfterValidator(parse_msisdn)]
"""A mobile number, kept as E.164."""

CustomerId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:@|-]+$")]
"""The ``sub`` of the customer's token."""


class Customer(Schema):
    """A customer as a verified token names them."""

    id: CustomerId
    msisdn: Msisdn | None = None
    name: str | None = Field(default=None, max_length=120)
    locale: Locale = Locale.EN
