"""Stories of the ticket form."""

from components.story import CardProps, Story, card_set
from components.story_data import LONG_NAME, SENT, evidence, zig
from schemas.prepared_report import help_reasons
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory
from schemas.widgets import ReportStep, TicketForm

_FORM = TicketForm(
    id="w-1",
    reasons=list(help_reasons(SENT)),
    category=TicketCategory.WRONG_NUMBER,
    transaction=SENT,
)
_ANSWERS = {
    "number_meant": "+263772418905",
    "number_sent_to": "+263772418950",
    "knows_recipient": "no",
}
_FILLED = _FORM.model_copy(
    update={
        "answers": _ANSWERS,
        "description": "I wanted to send it to my brother Tinotenda. I mixed up the last two "
        "numbers, and the person does not pick up.",
    }
)


def _form(form: TicketForm = _FORM, **changes: object) -> CardProps:
    given = form.model_dump() | changes
    return CardProps(widget=TicketForm.model_validate(given))


def _details(category: TicketCategory) -> Story[CardProps]:
    """Every question that a reason asks for, in its own kind of field."""
    return Story(
        name=f"details-{category.value.replace('_', '-')}",
        props=_form(step=ReportStep.DETAILS, category=category),
    )


STORIES = card_set(
    "ticket_form",
    "A problem report, one step at a time, under the payment it is about. Next keeps what was "
    "typed, also when it is not valid yet; nothing is sent before the question for consent. Enter "
    "presses Next, and the heading of the step takes the focus.",
    [
        Story(
            name="reason",
            props=_form(category=None),
            notes="The likeliest reasons for this kind of payment, and “something else”.",
        ),
        Story(name="reason-chosen", props=_form()),
        Story(
            name="reason-error",
            props=_form(category=None, errors={"category": "required"}),
        ),
        Story(
            name="reason-every",
            props=_form(category=None, transaction=None, reasons=[]),
            notes="No payment is named, so any of the nine can be meant.",
        ),
        *(_details(category) for category, fields in REPORT_FIELDS.items() if fields),
        Story(name="details-filled", props=_form(step=ReportStep.DETAILS, answers=dict(_ANSWERS))),
        Story(
            name="details-errors",
            props=_form(
                step=ReportStep.DETAILS,
                answers={"number_meant": "12345"},
                errors={
                    "number_meant": "not_a_number",
                    "knows_recipient": "required",
                },
            ),
            notes="What is wrong stands under its field, and the first one takes the focus. The "
            "number that the payment went to is the payment's to say, and locked.",
        ),
        Story(
            name="details-without-payment",
            props=_form(
                step=ReportStep.DETAILS,
                transaction=None,
                answers={"number_meant": "+263772418950", "number_sent_to": "+263772418950"},
                errors={"number_meant": "same_number"},
            ),
            notes="Where no payment is known, the number it went to is asked for.",
        ),
        Story(name="words", props=_form(step=ReportStep.WORDS), notes="Words and files: optional."),
        Story(
            name="words-required",
            props=_form(
                step=ReportStep.WORDS,
                category=TicketCategory.OTHER,
                errors={"description": "required"},
            ),
            notes="“Something else” needs words.",
        ),
        Story(
            name="evidence",
            props=_form(_FILLED, step=ReportStep.WORDS, evidence=evidence(["receipt.jpg"])),
        ),
        Story(
            name="evidence-too-many",
            props=_form(
                _FILLED,
                step=ReportStep.WORDS,
                evidence=evidence(["receipt.jpg", "sms-from-ecocash.jpg", "statement.pdf"]),
                errors={"evidence": "too_many"},
            ),
            notes="Three is the most; the button is gone, each file can be taken out.",
        ),
        Story(
            name="evidence-lost",
            props=_form(_FILLED, step=ReportStep.WORDS, errors={"evidence": "lost"}),
            notes="A draft that was left for two days.",
        ),
        Story(
            name="review",
            props=_form(_FILLED, step=ReportStep.REVIEW, evidence=evidence(["receipt.jpg"])),
            notes="Everything that will be sent, each step with its way back.",
        ),
        Story(name="submitted", props=_form(_FILLED, state="submitted")),
        Story(name="sent", props=_form(_FILLED, state="sent", ticket_id="TCK-100042")),
        Story(name="discarded", props=_form(_FILLED, state="discarded")),
        Story(
            name="too-long",
            props=_form(
                _FILLED,
                step=ReportStep.REVIEW,
                transaction=SENT.model_copy(
                    update={"counterparty": LONG_NAME, "amount": zig("999999999999.99")}
                ).model_dump(),
                description="I asked at the shop, at the bank and at the agent. " * 12
                + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 4,
                evidence=evidence(
                    [
                        "WhatsApp Image 2026-11-20 at 11.20.34 (2) of the receipt from Mbare.jpeg",
                        f"{'scan-' * 20}.pdf",
                    ]
                ),
            ),
        ),
        Story(
            name="partial",
            props=_form(
                category=TicketCategory.PIN_OR_ACCOUNT_BLOCKED,
                transaction=None,
                step=ReportStep.REVIEW,
            ),
            notes="A reason alone: no payment, no answers, no words.",
        ),
    ],
)
