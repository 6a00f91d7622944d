"""Stories of the ticket status board."""

from datetime import timedelta

from components.story import CardProps, Story, card_set
from components.story_data import NOW, ago, ticket
from schemas.ticket import TicketStatus, TicketSummary
from schemas.widgets import TicketStatusBoard


def _board(*tickets: TicketSummary) -> CardProps:
    return CardProps(widget=TicketStatusBoard(id="w-1", tickets=list(tickets)))


_NEW = ticket(TicketStatus.NEW, due_at=NOW + timedelta(hours=2), updated_at=ago(hours=2))
_IN_PROGRESS = ticket(
    TicketStatus.IN_PROGRESS,
    due_at=NOW + timedelta(days=3),
    last_update="We have asked Privilege Sibanda to agree to the reversal.",
)
_PENDING_CUSTOMER = ticket(
    TicketStatus.PENDING_CUSTOMER,
    last_update="Please tell us the number that you meant to send to.",
)
_RESOLVED = ticket(
    TicketStatus.RESOLVED,
    created_at=ago(days=3),
    updated_at=ago(days=1),
    resolved_at=ago(days=1),
    last_update="Your US$40.00 is back in your wallet.",
)
_CLOSED = ticket(
    TicketStatus.CLOSED,
    created_at=ago(days=30),
    updated_at=ago(days=20),
    resolved_at=ago(days=22),
    rating=5,
)

STORIES = card_set(
    "ticket_status_board",
    "Where each of the customer's tickets stands: three stations, the newest word from support, "
    "what happens next and by when. What can be done is behind one button each: add, rate, open it "
    "again.",
    [
        Story(name="new", props=_board(_NEW), notes="Just sent; the promise has a time."),
        Story(name="in-progress", props=_board(_IN_PROGRESS)),
        Story(
            name="pending-customer",
            props=_board(_PENDING_CUSTOMER),
            notes="Support waits for the customer: in words, in the station's name and in colour.",
        ),
        Story(
            name="resolved",
            props=_board(_RESOLVED),
            notes="May be rated, and opened again within seven days.",
        ),
        Story(
            name="rated",
            props=_board(_RESOLVED.model_copy(update={"rating": 3})),
            notes="The rating can still be changed.",
        ),
        Story(
            name="closed",
            props=_board(_CLOSED),
            notes="After seven days there is no opening again; a new report is the way.",
        ),
        Story(
            name="overdue",
            props=_board(_IN_PROGRESS.model_copy(update={"due_at": ago(hours=1)})),
            notes="The promise was not kept. It says so instead of showing a time that is over.",
        ),
        Story(
            name="partial",
            props=_board(_NEW.model_copy(update={"due_at": None})),
            notes="Nothing is promised yet, so nothing is shown.",
        ),
        Story(
            name="several",
            props=_board(
                _PENDING_CUSTOMER,
                _NEW.model_copy(update={"id": "TCK-100057"}),
                _CLOSED.model_copy(update={"id": "TCK-100008"}),
            ),
            notes="Newest first. What is closed takes less room beside what is open.",
        ),
        Story(
            name="too-many",
            props=_board(
                _IN_PROGRESS,
                *(_CLOSED.model_copy(update={"id": f"TCK-{100041 - n}"}) for n in range(19)),
            ),
            notes="Twenty, the most that a card holds.",
        ),
        Story(
            name="too-long",
            props=_board(
                _PENDING_CUSTOMER.model_copy(
                    update={
                        "id": "TCK-100000000042",
                        "subject": "Debited, merchant not paid: ZiG 999,999,999.99 to Chitungwiza "
                        "Unit L Burial Society and Savings Cooperative (Ward 14)",
                        "last_update": "Please send us a photo of the receipt that the shop gave "
                        "you, with the till number and the time readable. If you have no receipt, "
                        "write what you bought and who served you. We need this before the bank "
                        "closes on Friday. "
                        "https://www.example.com/a-very-long-address-without-any-break-in-it",
                    }
                )
            ),
        ),
        Story(name="empty", props=_board(), notes="Nothing was ever reported."),
    ],
)
