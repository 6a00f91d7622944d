"""What is carried from a conversation into a report's form."""

import pytest

from ecocash_copilot.agent.carry_in import carry_in, complaints, told_category
from ecocash_copilot.agent.report_forms import answers_of, report_form
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.ids import new_id
from mcp_server.demo.generate import anchor_day_at, generate
from schemas.identity import Customer, Locale
from schemas.message import Message, Role, ToolUse
from schemas.prepared_report import PreparedReport, help_reasons
from schemas.ticket import TicketCategory
from schemas.wallet import Transaction, TransactionKind
from schemas.widgets import ReportStep, TicketForm

CUSTOMER = Customer(id="c-1001", msisdn="+263771234567")
WALLET = generate(anchor_day_at(now()))[0]
CONVERSATION = "cv_" + "0" * 26


def newest(kind: TransactionKind) -> Transaction:
    return next(each for each in reversed(WALLET.transactions) if each.kind is kind)


def said(*texts: str, role: Role = Role.CUSTOMER, tools: list[ToolUse] | None = None):
    return [
        Message(
            id=new_id("ms"),
            conversation_id=CONVERSATION,
            customer_id=CUSTOMER.id,
            seq=seq,
            role=role,
            text=text,
            tools=tools or [],
            created_at=now(),
        )
        for seq, text in enumerate(texts, 1)
    ]


def opened(category: TicketCategory, *texts: str, about: Transaction | None = None) -> TicketForm:
    reasons = list(help_reasons(about)) if about else list(TicketCategory)
    prepared = PreparedReport(transaction=about, reasons=reasons, category=category)
    return carry_in(report_form(prepared, "ms_1-1"), said(*texts), CUSTOMER)


@pytest.mark.parametrize(
    ("text", "meant", "sent_to"),
    [
        ("I sent money to 0772111222 instead of 0772 333 444", "077 233 3444", "077 211 1222"),
        ("It went to 0772111222, I meant +263772333444", "077 233 3444", "077 211 1222"),
        (
            "ndatumira mari ku 0772111222 panzvimbo pe 0772333444, isiri iyo",
            "077 233 3444",
            "077 211 1222",
        ),
        ("I sent it to the wrong number, it should have been 0772333444", "077 233 3444", None),
        # One's own number is neither.
        ("I sent it to the wrong person from my line 0771234567", None, None),
        # Two numbers without a word that tells them apart say nothing.
        ("I sent my money wrongly, 0772111222 and 0772333444, please help", None, None),
    ],
)
def test_numbers_are_taken_where_the_words_are_clear(
    text: str, meant: str | None, sent_to: str | None
):
    form = opened(TicketCategory.WRONG_NUMBER, text)
    assert form.answers.get("number_meant") == meant
    assert form.answers.get("number_sent_to") == sent_to


def test_the_transaction_says_where_the_money_went():
    item = newest(TransactionKind.SEND)
    form = opened(TicketCategory.WRONG_NUMBER, "wrong number, not 0772333444", about=item)
    assert form.answers["number_sent_to"] == answers_of(item)["number_sent_to"]


@pytest.mark.parametrize(
    ("kind", "category", "name", "answer"),
    [
        (
            TransactionKind.ELECTRICITY,
            TicketCategory.ELECTRICITY_TOKEN_MISSING,
            "meter_number",
            "37124408815",
        ),
        (TransactionKind.BANK_OUT, TicketCategory.BANK_NOT_RECEIVED, "bank", "CBZ Bank"),
        (TransactionKind.BANK_OUT, TicketCategory.BANK_NOT_RECEIVED, "account_ending", "2290"),
    ],
)
def test_what_a_transaction_tells_is_filled_in(
    kind: TransactionKind, category: TicketCategory, name: str, answer: str
):
    assert opened(category, about=newest(kind)).answers[name] == answer


def test_a_form_opens_where_something_is_missing():
    item = newest(TransactionKind.SEND)
    text = "wrong number! I meant 0772333444 and I do not know this person"
    assert opened(TicketCategory.WRONG_NUMBER, about=item).step is ReportStep.DETAILS
    assert opened(TicketCategory.WRONG_NUMBER, text, about=item).step is ReportStep.WORDS
    assert opened(TicketCategory.OTHER).step is ReportStep.WORDS
    prepared = PreparedReport(reasons=list(TicketCategory))
    assert report_form(prepared, "ms_1-1").step is ReportStep.REASON


def test_the_description_is_the_complaint_and_not_the_rest():
    messages = said(
        "show my balance",
        "A payment went wrong",
        "I sent money to the wrong number yesterday",
        "I need help with MP210304.1412.L06729",
        "I sent it to the wrong number",
        "the right number is 0772333444",
        "thanks",
    )
    assert [each.text for each in complaints(messages)] == [
        "I sent money to the wrong number yesterday",
        "the right number is 0772333444",
    ]
    assert told_category(messages) is TicketCategory.WRONG_NUMBER


def test_what_was_said_before_the_last_ticket_is_of_the_last_ticket():
    done = ToolUse(
        call_id="c", name="eco_create_ticket", arguments={}, result='{"state": "executed"}', ok=True
    )
    messages = [
        *said("I sent money to the wrong number"),
        *said("Done.", role=Role.ASSISTANT, tools=[done]),
        *said("my airtime did not arrive"),
    ]
    assert told_category(messages) is TicketCategory.AIRTIME_NOT_RECEIVED
    assert len(complaints(messages)) == 1


@pytest.mark.parametrize("locale", list(Locale))
def test_the_help_article_is_offered_in_the_customers_language(locale: Locale):
    prepared = PreparedReport(reasons=[TicketCategory.OTHER], category=TicketCategory.OTHER)
    customer = Customer(id="c-1", locale=locale)
    (action,) = carry_in(report_form(prepared, "ms_1-1"), [], customer).actions
    assert action.type == "postback"
    assert (action.name, action.value) == ("help_reason", "other")
    assert (action.label == "Read what helps") == (locale is Locale.EN)
