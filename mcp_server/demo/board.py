"""Tickets of other demo customers, so that the support board is not empty on the first day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from ecocash_copilot.store.ticket_fill import History
from mcp_server.demo.histories import Moment, Step, TicketLine, moment_at, ticket_history
from schemas.identity import Customer, Locale
from schemas.money import Currency, Money
from schemas.ticket import TicketCategory as C
from schemas.ticket import TicketStatus as S
from schemas.ticket_record import TicketPriority
from schemas.wallet import Direction, Party, Transaction, TransactionKind, TransactionStatus

LAST_NUMBER = 100_048
"""The highest ticket number given here."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A customer and the one ticket they have."""

    name: str
    locale: Locale
    line: TicketLine
    paid: tuple[str, TransactionKind, str, Moment] | None = None
    """Amount in US dollars, kind, other party and moment of the transaction it is about."""


K = TransactionKind
EN, SN, ND = Locale.EN, Locale.SN, Locale.ND

_CASES = (
    _Case(
        "Farai Mutasa",
        SN,
        TicketLine(
            id="TCK-100031",
            category=C.DOUBLE_DEBIT,
            description="Mari yabviswa kaviri paOK, ndakatenga kamwe chete.",
            opened=(16, "10:12"),
            steps=(
                Step((16, "10:40"), assign=True),
                Step((16, "10:45"), reply="Tirikutarisa nezvazvo, tichakuudzai nhasi."),
                Step((14, "15:20"), reply="Mari yenyu yadzoserwa.", status=S.RESOLVED),
                Step((14, "18:02"), stars=5),
                Step((6, "09:00"), status=S.CLOSED),
            ),
        ),
        ("23.40", K.MERCHANT, "OK Mbuya Nehanda", (16, "09:31")),
    ),
    _Case(
        "Sibusiso Khumalo",
        ND,
        TicketLine(
            id="TCK-100034",
            category=C.OTHER,
            description="Ngicela ukwazi ukuthi kungani iphone yami ingavuli iapp.",
            opened=(13, "14:03"),
            steps=(
                Step((12, "09:15"), assign=True),
                Step((12, "09:18"), reply="Sicela ulande iapp entsha.", status=S.RESOLVED),
                Step((4, "08:30"), status=S.CLOSED),
            ),
        ),
    ),
    _Case(
        "Grace Chirwa",
        EN,
        TicketLine(
            id="TCK-100037",
            category=C.WRONG_NUMBER,
            description="I typed one digit wrong and the money went to a stranger.",
            answers={
                "number_meant": "+263772418905",
                "number_sent_to": "+263772418906",
                "knows_recipient": "no",
            },
            opened=(11, "16:20"),
            steps=(
                Step((11, "16:35"), assign=True),
                Step((11, "16:40"), reply="The money is frozen. We are asking the recipient."),
                Step((11, "16:41"), tags=("frozen",)),
                Step((3, "11:10"), reply="The recipient agreed; it is yours.", status=S.RESOLVED),
                Step((2, "19:44"), stars=4),
            ),
        ),
        ("80.00", K.SEND, "Peter Zulu", (11, "15:58")),
    ),
    _Case(
        "Tafadzwa Hove",
        SN,
        TicketLine(
            id="TCK-100039",
            category=C.AIRTIME_NOT_RECEIVED,
            description="Ndakatenga airtime asi haisati yasvika.",
            answers={"number_bought_for": "+263773118204"},
            opened=(9, "12:41"),
            steps=(
                Step((9, "13:10"), assign=True),
                Step((9, "13:12"), reply="Airtime yenyu yatumirwa zvakare.", status=S.RESOLVED),
            ),
        ),
        ("5.00", K.AIRTIME, "Econet Wireless", (9, "12:20")),
    ),
    _Case(
        "Busisiwe Moyo",
        ND,
        TicketLine(
            id="TCK-100041",
            category=C.AGENT_OVERCHARGED,
            description="IEjenti ingikhokhisile imali enengi ukudlula engiyifaneleyo.",
            answers={"agent_name": "Agent 77120", "amount_charged": "4.00"},
            opened=(8, "09:50"),
            steps=(
                Step((8, "10:30"), assign=True),
                Step(
                    (8, "10:34"),
                    reply="Ngicela ungitshele ukuthi yenzakale nini.",
                    status=S.PENDING_CUSTOMER,
                ),
            ),
        ),
    ),
    _Case(
        "Kudzai Marufu",
        EN,
        TicketLine(
            id="TCK-100043",
            category=C.MERCHANT_NOT_PAID,
            description="The pharmacy says the till shows nothing, but my money is gone.",
            answers={"bought": "Medicine", "merchant_said": "Nothing arrived on the till"},
            opened=(6, "11:05"),
            steps=(
                Step((6, "11:30"), assign=True),
                Step((6, "11:32"), reply="Thank you. We have asked the merchant's bank."),
                Step((5, "09:10"), note="Settlement file shows a reversal for tomorrow."),
                Step((2, "08:20"), says="It is still not there and I need the medicine."),
            ),
        ),
        ("18.90", K.MERCHANT, "Greenwood Pharmacy", (6, "10:41")),
    ),
    _Case(
        "Memory Sithole",
        SN,
        TicketLine(
            id="TCK-100044",
            category=C.ELECTRICITY_TOKEN_MISSING,
            description="Ndabhadhara magetsi asi token haina kuuya.",
            answers={"meter_number": "37124408822"},
            opened=(4, "18:30"),
            steps=(
                Step((3, "08:15"), assign=True),
                Step((3, "08:16"), status=S.IN_PROGRESS),
                Step((3, "08:17"), priority=TicketPriority.URGENT),
            ),
        ),
        ("20.00", K.ELECTRICITY, "ZESA ZETDC Prepaid", (4, "18:02")),
    ),
    _Case(
        "Nkosana Dube",
        ND,
        TicketLine(
            id="TCK-100045",
            category=C.PIN_OR_ACCOUNT_BLOCKED,
            description="I-PIN yami ivaliwe, angisakwazi ukuthumela imali.",
            opened=(3, "13:22"),
            steps=(
                Step((3, "13:50"), assign=True),
                Step(
                    (3, "13:52"),
                    reply="Sicela ulethe isithombe sesithupha sakho.",
                    status=S.PENDING_CUSTOMER,
                ),
            ),
        ),
    ),
    _Case(
        "Ruvimbo Gumbo",
        SN,
        TicketLine(
            id="TCK-100046",
            category=C.WRONG_NUMBER,
            description="Ndatumira mari kune nhamba isiri iyo, ndapota ndibatsirei.",
            answers={
                "number_meant": "+263774221900",
                "number_sent_to": "+263774221990",
                "knows_recipient": "no",
            },
            opened=(1, "15:40"),
        ),
        ("35.00", K.SEND, "Lovemore Banda", (1, "15:11")),
    ),
    _Case(
        "Tinashe Makoni",
        EN,
        TicketLine(
            id="TCK-100047",
            category=C.BANK_NOT_RECEIVED,
            description="My transfer to CBZ left the wallet this morning and has not arrived.",
            answers={"bank": "CBZ Bank"},
            opened=(1, "16:25"),
        ),
        ("120.00", K.BANK_OUT, "CBZ Bank", (1, "08:55")),
    ),
    _Case(
        "Zanele Nyoni",
        ND,
        TicketLine(
            id="TCK-100048",
            category=C.DOUBLE_DEBIT,
            description="Imali isuswe kabili ngithenga okukodwa.",
            opened=(0, "00:03"),
        ),
        ("12.75", K.MERCHANT, "TM Pick n Pay Bulawayo", (1, "19:47")),
    ),
    _Case(
        "Anesu Chigumba",
        EN,
        TicketLine(
            id="TCK-100029",
            category=C.AIRTIME_NOT_RECEIVED,
            description="The night bundle never came, and I paid with ZiG.",
            answers={"number_bought_for": "+263778120934"},
            opened=(20, "08:10"),
            steps=(
                Step((20, "09:00"), assign=True),
                Step((20, "09:04"), status=S.IN_PROGRESS),
                Step((19, "09:30"), tags=("network", "bundle")),
                Step((18, "10:00"), note="Same fault as the outage of the 3rd."),
            ),
        ),
        ("3.00", K.DATA, "Econet Wireless", (20, "07:52")),
    ),
)


def board_histories(anchor: date) -> Iterator[History]:
    """Yield the tickets of the other demo customers, the same for each anchor day."""
    for number, case in enumerate(_CASES, 1):
        customer = Customer(
            id=f"c-20{number:02d}",
            msisdn=f"+26377{number:02d}40{number:03d}",
            name=case.name,
            locale=case.locale,
        )
        yield ticket_history(case.line, customer, _transaction(case, number, anchor), anchor)


def _transaction(case: _Case, number: int, anchor: date) -> Transaction | None:
    if case.paid is None:
        return None
    amount, kind, party, (days_ago, at) = case.paid
    moment = moment_at(anchor, days_ago, at)
    return Transaction(
        reference=f"MP{moment:%y%m%d.%H%M}.L7{number:04d}",
        kind=kind,
        direction=Direction.OUT,
        status=TransactionStatus.COMPLETED,
        amount=Money(amount=Decimal(amount), currency=Currency.USD),
        counterparty=Party(name=party),
        occurred_at=moment.astimezone(UTC),
    )
