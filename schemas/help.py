"""Help articles."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema
from schemas.identity import Locale


class HelpCategory(StrEnum):
    """Shelves of the help centre."""

    ACCOUNT = "account"
    AIRTIME_DATA = "airtime_data"
    BANK = "bank"
    BILLS = "bills"
    CURRENCY = "currency"
    FEES = "fees"
    LIMITS = "limits"
    MERCHANT = "merchant"
    REVERSALS = "reversals"
    SECURITY = "security"
    SUPPORT = "support"
    TRANSFERS = "transfers"
    WALLET = "wallet"


Url = Annotated[str, Field(pattern=r"^(ecocash://[A-Za-z0-9/_?=&.%-]+|https://\S+|tel:[+*#\d]+)$")]
"""Where a button or link may lead: the native app, the web, the dialler."""


class HelpLink(Schema):
    """A button under an article."""

    label: str = Field(min_length=1, max_length=40)
    url: Url


class HelpArticle(Schema):
    """One article in one language; ``body`` is our small Markdown subset."""

    id: str = Field(pattern=r"^[a-z0-9-]{2,60}$")
    category: HelpCategory
    language: Locale
    title: str = Field(min_length=1, max_length=90)
    summary: str = Field(min_length=1, max_length=240)
    body: str = Field(min_length=1, max_length=4000)
    links: list[HelpLink] = Field(default_factory=list[HelpLink])


class HelpResults(Schema):
    """Best first; empty when nothing fits. Result of ``eco_search_help``."""

    query: str
    articles: list[HelpArticle]
