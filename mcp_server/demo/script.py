"""The demo customers and, line by line, what happened in their wallets.

Days count back from the anchor day. What happens on the anchor day itself happens in its first ten
minutes, so that nothing lies in the future whenever the demo is first started, and the current
week holds several kinds of transactions even on a Monday.
"""

from dataclasses import dataclass
from decimal import Decimal

from ecocash_copilot.auth.dev_tokens import DEMO_CUSTOMERS
from mcp_server.demo.histories import Step, TicketLine
from schemas.identity import Customer
from schemas.money import Currency
from schemas.ticket import TicketCategory, TicketStatus
from schemas.wallet import TransactionKind as K
from schemas.wallet import TransactionStatus as S

USD, ZWG = Currency.USD, Currency.ZWG

TENDAI, NOMVULA, RUDO = (DEMO_CUSTOMERS[sub] for sub in ("c-1001", "c-1002", "c-1003"))


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction to come: ``at`` is ``HH:MM`` in Harare, ``party`` a key of ``PARTIES``."""

    days_ago: int
    at: str
    kind: K
    currency: Currency
    amount: str
    party: str
    status: S = S.COMPLETED
    note: str | None = None
    failure: str | None = None
    label: str | None = None
    """A name for the line, so that a reversal or a ticket can point at it."""
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A customer, what they began with, and what happened."""

    customer: Customer
    opening: dict[Currency, Decimal]
    lines: tuple[Line, ...]
    tickets: tuple[TicketLine, ...] = ()
    """About lines that have labels."""


_NO_FUNDS = "Insufficient funds in your USD wallet"
_NO_ZETDC = "ZETDC did not answer in time; nothing was taken from your wallet"
_NO_NETONE = "NetOne rejected the number; nothing was taken from your wallet"
_LIMIT = "Above your daily limit for sending money"
_NO_BANK = "The bank did not accept the account number"
_PIN = "Wrong PIN entered"

_TENDAI_LINES: tuple[Line, ...] = (
    Line(89, "07:42", K.BANK_IN, USD, "240.00", "cbz", note="Salary"),
    Line(88, "12:15", K.MERCHANT, USD, "32.40", "tm_avondale"),
    Line(88, "17:50", K.AIRTIME, ZWG, "40.00", "econet"),
    Line(86, "09:05", K.SEND, USD, "60.00", "landlord", note="Rent"),
    Line(84, "18:22", K.ELECTRICITY, USD, "15.00", "zetdc"),
    Line(82, "13:08", K.MERCHANT, ZWG, "168.50", "chicken_inn"),
    Line(80, "10:31", K.CASH_OUT, USD, "20.00", "agent_market"),
    Line(78, "08:14", K.RECEIVE, USD, "18.00", "chipo", note="Chickens"),
    Line(76, "19:45", K.DATA, ZWG, "85.00", "econet", note="Weekly bundle"),
    Line(74, "11:27", K.BILL, USD, "24.00", "dstv"),
    Line(71, "15:36", K.SEND, USD, "10.00", "amai"),
    Line(69, "12:02", K.MERCHANT, USD, "14.85", "ok_mazowe"),
    Line(66, "16:19", K.CASH_IN, ZWG, "900.00", "agent_rezende"),
    Line(64, "09:48", K.BILL, ZWG, "310.00", "harare", note="Rates and water"),
    Line(61, "20:11", K.SEND, USD, "350.00", "tinotenda", S.FAILED, failure=_NO_FUNDS),
    Line(59, "07:38", K.BANK_IN, USD, "240.00", "cbz", note="Salary"),
    Line(58, "17:25", K.MERCHANT, USD, "41.10", "tm_avondale"),
    Line(57, "08:55", K.SEND, USD, "60.00", "landlord", note="Rent"),
    Line(55, "18:40", K.ELECTRICITY, USD, "15.00", "zetdc"),
    Line(52, "13:30", K.MERCHANT, ZWG, "92.00", "bakers_inn"),
    Line(50, "10:12", K.BILL, USD, "35.00", "school", label="school", status=S.REVERSED),
    Line(49, "14:47", K.REVERSAL, USD, "0.00", "school", reverses="school"),
    Line(47, "09:20", K.BILL, USD, "35.00", "school", note="Term levy"),
    Line(45, "19:03", K.AIRTIME, ZWG, "50.00", "econet"),
    Line(43, "11:54", K.RECEIVE, USD, "25.00", "farai"),
    Line(41, "16:42", K.MERCHANT, USD, "20.00", "totalenergies"),
    Line(39, "12:36", K.SEND, ZWG, "200.00", "chipo"),
    Line(37, "08:09", K.BANK_OUT, USD, "40.00", "stanbic", S.FAILED, failure=_NO_BANK),
    Line(36, "08:16", K.BANK_OUT, USD, "40.00", "stanbic", note="Savings"),
    Line(34, "17:58", K.MERCHANT, USD, "11.30", "greenwood"),
    Line(32, "20:27", K.DATA, ZWG, "85.00", "econet", note="Weekly bundle"),
    Line(30, "07:51", K.BANK_IN, USD, "240.00", "cbz", note="Salary"),
    Line(29, "18:04", K.MERCHANT, USD, "37.65", "ok_mazowe"),
    Line(28, "09:10", K.SEND, USD, "60.00", "landlord", note="Rent"),
    Line(26, "18:33", K.ELECTRICITY, USD, "15.00", "zetdc"),
    Line(24, "13:17", K.MERCHANT, ZWG, "176.00", "chicken_inn"),
    Line(22, "10:44", K.BILL, USD, "12.00", "nyaradzo"),
    Line(20, "15:21", K.CASH_OUT, USD, "30.00", "agent_market"),
    Line(18, "16:05", K.CASH_IN, ZWG, "700.00", "agent_rezende"),
    Line(16, "11:39", K.BILL, USD, "24.00", "dstv"),
    Line(14, "19:26", K.SEND, USD, "15.00", "amai", note="Mushonga"),
    Line(12, "12:49", K.MERCHANT, USD, "9.60", "spar"),
    Line(11, "08:33", K.RECEIVE, USD, "45.00", "tatenda"),
    Line(9, "10:08", K.BANK_OUT, USD, "25.00", "steward", label="steward"),
    Line(8, "20:15", K.AIRTIME, ZWG, "30.00", "netone", S.FAILED, failure=_NO_NETONE),
    Line(7, "17:12", K.BILL, ZWG, "240.00", "zol", note="Home internet"),
    Line(6, "09:24", K.SEND, USD, "250.00", "tinotenda", S.FAILED, failure=_LIMIT),
    Line(6, "13:02", K.MERCHANT, ZWG, "118.00", "gain"),
    Line(5, "18:46", K.RECEIVE, ZWG, "150.00", "chipo"),
    Line(4, "17:32", K.MERCHANT, USD, "18.75", "tm_avondale", note="Groceries"),
    Line(4, "17:33", K.MERCHANT, USD, "18.75", "tm_avondale", note="Groceries"),
    Line(3, "12:20", K.CASH_OUT, USD, "10.00", "agent_rezende", S.FAILED, failure=_PIN),
    Line(2, "08:41", K.SEND, USD, "45.00", "stranger", note="School fees for Tino"),
    Line(1, "12:57", K.MERCHANT, USD, "6.50", "chicken_inn"),
    Line(1, "18:35", K.RECEIVE, USD, "20.00", "farai", note="Lunch money"),
    Line(0, "00:02", K.MERCHANT, USD, "20.00", "zuva", note="Fuel"),
    Line(0, "00:04", K.ELECTRICITY, USD, "10.00", "zetdc", S.FAILED, failure=_NO_ZETDC),
    Line(0, "00:05", K.ELECTRICITY, USD, "10.00", "zetdc"),
    Line(0, "00:07", K.DATA, ZWG, "60.00", "econet", S.PENDING, note="Night bundle"),
    Line(0, "00:08", K.BANK_OUT, USD, "30.00", "cbz", S.PENDING),
)

_TENDAI_TICKETS = (
    TicketLine(
        id="TCK-100042",
        category=TicketCategory.BANK_NOT_RECEIVED,
        subject="US$25.00 to Steward Bank has not arrived",
        description="I sent US$25 to my Steward account on Friday and it is not there.",
        answers={"bank": "Steward Bank", "account_ending": "0418"},
        opened=(7, "09:14"),
        about="steward",
        steps=(
            Step((7, "09:40"), assign=True),
            Step((7, "09:41"), status=TicketStatus.IN_PROGRESS),
            Step((5, "10:02"), reply="We have asked Steward Bank to trace the transfer."),
        ),
    ),
)

_NOMVULA_LINES: tuple[Line, ...] = (
    Line(12, "09:31", K.CASH_IN, USD, "40.00", "agent_market"),
    Line(5, "16:48", K.MERCHANT, USD, "7.25", "ok_bulawayo"),
    Line(2, "11:06", K.RECEIVE, USD, "15.00", "thandeka", note="Imali yokudla"),
)

STORIES: tuple[Story, ...] = (
    Story(
        TENDAI,
        {USD: Decimal("86.40"), ZWG: Decimal("1240.00")},
        _TENDAI_LINES,
        _TENDAI_TICKETS,
    ),
    Story(NOMVULA, {USD: Decimal("0.00")}, _NOMVULA_LINES),
    Story(RUDO, {USD: Decimal("0.00")}, ()),
)
"""Every demo customer. ``c-1003`` is new: an empty wallet and no history."""
