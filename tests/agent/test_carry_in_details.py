"""Every detail of every reason, as customers say it in three languages; and what says none."""

from datetime import timedelta

import pytest

from ecocash_copilot.agent.carry_in import carry_in
from ecocash_copilot.agent.report_forms import report_form
from ecocash_copilot.core.clock import HARARE, now
from schemas.prepared_report import PreparedReport
from schemas.report import REPORT_FIELDS
from schemas.ticket import TicketCategory
from schemas.wallet import TransactionKind
from tests.agent.test_carry_in import CUSTOMER, newest, opened, said

TODAY = now().astimezone(HARARE).date()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
C = TicketCategory

TOLD = {
    "number_meant": [
        ("I sent it wrongly, the right number is 0772 333 444", "077 233 3444"),
        ("ndatumira kunhamba isiri iyo, ndaida kutumira ku0772333444", "077 233 3444"),
        ("ngithumele enombolweni engayisiyo, bengifuna ku0772333444", "077 233 3444"),
    ],
    "number_sent_to": [
        ("my money went to 0772111222, a wrong number", "077 211 1222"),
        ("mari yakaenda kuna 0772111222 isiri iyo", "077 211 1222"),
        ("imali yaya ku 0772111222 okungayisikho", "077 211 1222"),
    ],
    "knows_recipient": [
        ("I know the person who got it", "yes"),
        ("it went to the wrong person but I know him", "yes"),
        ("I don't know this person", "no"),
        ("I have never known her, she is a stranger", "no"),
        ("ndinomuziva munhu wacho", "yes"),
        ("handimuzivi munhu akatambira", "no"),
        ("ngiyamazi lo muntu", "yes"),
        ("angimazi lo muntu", "no"),
    ],
    "bought": [
        ("I paid SPAR for groceries", "groceries"),
        ("I bought school shoes at Bata and they say it is not paid", "school shoes"),
        ("I paid 20 dollars at the shop for my bread yesterday", "bread"),
        ("I paid school fees and the school says nothing came", "school fees"),
        ("ndakatenga chingwa paSPAR, vati haina kupinda", "chingwa"),
        ("ndatenga mupunga muchitoro", "mupunga"),
        ("ngithenge ukudla eSPAR kodwa abayitholanga imali", "ukudla"),
    ],
    "merchant_said": [
        ("The shop says they didn't get my money. Help", "they didn't get my money"),
        ("I paid SPAR and SPAR said that nothing came in", "nothing came in"),
        ("muchitoro vati mari haina kupinda", "mari haina kupinda"),
        ("esitolo bathi imali kayifikanga", "imali kayifikanga"),
    ],
    "bank": [
        ("my CBZ account ending 4471 did not get it", "CBZ"),
        ("mari haina kusvika kubhanga reStanbic", "Stanbic"),
        ("imali kayifikanga ebhanga leCABS", "CABS"),
        ("I sent money to Standard Chartered and it did not arrive", "Standard Chartered"),
    ],
    "account_ending": [
        ("my CBZ account ending 4471", "4471"),
        ("the bank account ends with 471.", "471"),
        ("the last 4 digits of my account are 4471", "4471"),
        ("CBZ account number 01234567894471", "4471"),
        ("account yangu yeCBZ inopera na4471", "4471"),
        ("i-akhawunti yami yeCBZ iphela ngo-4471", "4471"),
    ],
    "number_bought_for": [
        ("I bought airtime for 0772111222 and it did not come", "077 211 1222"),
        ("I bought airtime to 0772111222 and it did not come", "077 211 1222"),
        ("I bought airtime for myself and it did not come", "077 123 4567"),
        ("airtime for my line 0771234567 did not come", "077 123 4567"),
        ("ndatenga airtime yeku 0772111222 asi haina kusvika", "077 211 1222"),
        ("ngithenge i-airtime yaku 0772111222 kodwa kayifikanga", "077 211 1222"),
    ],
    "meter_number": [
        ("no ZESA token, meter 07012345678", "07012345678"),
        ("my meter number is 3712 4408 815", "37124408815"),
        ("ZESA meter no. 37-124-408-815", "37124408815"),
        ("mita yangu ndi 07012345678", "07012345678"),
        ("imitha yami ngu-07012345678", "07012345678"),
        ("zesa 37124408815 token haina kusvika", "37124408815"),
    ],
    "other_reference": [
        ("I was charged twice, the other one is MP210304.1412.L06729", "MP210304.1412.L06729"),
        ("vakabvisa kaviri, imwe yacho ndi MP210304.1412.L06729", "MP210304.1412.L06729"),
        ("imali isuswe kabili, eyesibili ngu MP210304.1412.L06729", "MP210304.1412.L06729"),
    ],
    "agent_name": [
        ("agent Chipo charged me 5 dollars", "Chipo"),
        ("The agent called Tendai Moyo overcharged me", "Tendai Moyo"),
        ("the agent is called chipo", "Chipo"),
        ("agent number 45678 charged me too much", "45678"),
        ("agent 0772111222 took too much", "077 211 1222"),
        ("agent anonzi Chipo andichaja 5 dollars", "Chipo"),
        ("umagenti uChipo ungichaje 5 dollars", "Chipo"),
    ],
    "amount_charged": [
        ("agent Chipo charged me 5 dollars", "5"),
        ("I withdrew $50 and the agent charged me US$2.50 instead of $1", "2.50"),
        ("they should have charged me 1 dollar but charged me five dollars", "5"),
        ("the agent took $3 from me", "3"),
        ("agent andichaja 5 dollars", "5"),
        ("agent akandibhadharisa madhora mashanu", "5"),
        ("umagenti ungichaje u$5", "5"),
    ],
    "since": [
        ("my PIN is blocked since yesterday", YESTERDAY),
        ("my account was locked yesterday", YESTERDAY),
        ("PIN yangu yakavharwa nezuro", YESTERDAY),
        ("i-PIN yami ivaliwe izolo", YESTERDAY),
    ],
}

NOT_TOLD = {
    "number_meant": [
        # Of another person's phone, or of none of this: nothing says that it was meant.
        "I sent money to a wrong number, call me on 0772333444",
        "I sent it wrongly from my other line 0772333444",
        "I sent it to the wrong number 0772333444",
        "I meant 0772333444 or the right number is 0772333445",
        "ndifonerei pa0772333444, ndatumira kunhamba isiri iyo",
    ],
    "number_sent_to": [
        "I sent it to the wrong number, talk to me on 0772111222",
        "I want you to call 0772111222 about the wrong number",
        "it went to 0772111222, it went to 0772111223",
        "how much did I send to 0772111222?",
        "send 5 dollars to 0772111222",
    ],
    "knows_recipient": [
        "I don't know what to do, I sent it to the wrong number",
        "I don't know how it happened",
        "I sent it to the wrong number, I don't know her number",
        "how do I know him?",
        "I don't think I know the person, or do I know her",
        "I sent it wrongly, I meant my brother and I know him",
        "he is not a stranger to the shop",
        "ngithumele emuntwini engimaziyo",
        "does the agent know the person?",
    ],
    "bought": [
        "I paid at SPAR and it says not paid",
        "I bought it at the shop",
        "I paid for my sister at the shop",
        "I paid SPAR for the second time",
        "I have not paid for anything",
        "I paid for 3 days",
        "ndakatenga muchitoro",
        "ndakatenga nemari yangu",
        "ngithenge esitolo",
    ],
    "merchant_said": [
        "I called EcoCash and they said wait 24 hours",
        "what did the shop say?",
        "the shop said no",
        "SPAR told me to call you",
    ],
    "bank": [
        "I moved money from CABS to my CBZ account",
        "the money did not reach my bank",
        "it is not CBZ",
    ],
    "account_ending": [
        "my bank account did not get 4471 dollars",
        "my phone number ending 567 sent to the bank account",
        "my account and my card ending 4471",
        "account 0772111222 did not get it",
        "account ending 44711",
        "my PIN ends with 4471",
    ],
    "number_bought_for": [
        "I bought airtime from my line 0772111222",
        "my airtime did not come, call me on 0772111222",
        "airtime for 0772111222 and for 0772111223 did not come",
    ],
    "meter_number": [
        "the token 12345678901 did not work for the shop",
        "meter 0701234567 gave no token",
        "meter 070123456789 gave no token",
        "ZESA token did not come, call 07712345678",
        "meters 07012345678 and meter 07012345679",
    ],
    "other_reference": [
        "I was charged twice, MP210304.1412.L06729 and MP210304.1412.L06730 and more",
        "show MP210304.1412.L06729",
    ],
    "agent_name": [
        "the agent charged me too much",
        "the agent near the market charged me",
        "The Agent At The Shop Charged Me Too Much",
        "AGENT ALSO CHARGED ME TOO MUCH",
        "the agent also took money",
        "agent Chipo or agent Tendai charged me",
    ],
    "amount_charged": [
        "I withdrew 50 dollars and the agent charged me too much",
        "the agent charged me 2 dollars extra",
        "the agent charged me 2 dollars more than usual",
        "the agent charged me 5 times",
        "the agent charged me about 5 dollars",
        "they should have charged me 1 dollar",
        "the agent did not charge me 5 dollars",
        "I took 50 dollars from the agent",
        "somebody took $50 from my wallet",
        "the agent took $50 and gave me $45",
        "the agent charged me 5%",
        "the agent charged me 5 dollars and the agent charged me 6 dollars",
        "agent andichaja 2 dollars yakawedzera",
    ],
    "since": [
        "I bought a phone yesterday and my PIN is blocked",
        "my PIN is blocked since last week",
        "my PIN is blocked",
        "my PIN was locked on Monday, locked on Tuesday",
    ],
}


def reason_of(name: str) -> TicketCategory:
    return next(
        category
        for category, fields in REPORT_FIELDS.items()
        if any(field.name == name for field in fields)
    )


def test_every_detail_has_its_words():
    names = {field.name for fields in REPORT_FIELDS.values() for field in fields}
    assert set(TOLD) == set(NOT_TOLD) == names


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [(name, text, answer) for name, rows in TOLD.items() for text, answer in rows],
)
def test_what_was_said_is_filled_in(name: str, text: str, answer: str):
    about = newest(TransactionKind.MERCHANT) if name == "other_reference" else None
    form = opened(reason_of(name), text, about=about)
    assert form.answers.get(name) == answer


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, rows in NOT_TOLD.items() for text in rows]
)
def test_what_is_not_clear_stays_empty(name: str, text: str):
    about = newest(TransactionKind.MERCHANT) if name == "other_reference" else None
    assert name not in opened(reason_of(name), text, about=about).answers


def test_the_newest_word_counts():
    texts = ["wrong number! I meant 0772333444", "sorry, the right number is 0772333445"]
    assert opened(C.WRONG_NUMBER, *texts).answers["number_meant"] == "077 233 3445"


def test_details_are_taken_from_several_messages_and_from_long_ones():
    form = opened(
        C.AGENT_OVERCHARGED,
        "I was overcharged at the agent. " + "It was a long day in town. " * 30,
        "agent Chipo",
        "thanks",
        "I said it before, " * 40 + "she charged me 5 dollars",
    )
    assert form.answers == {"agent_name": "Chipo", "amount_charged": "5"}


def test_an_amount_in_another_currency_than_the_payments_is_not_taken():
    cash_out = newest(TransactionKind.CASH_OUT)
    other = "zig" if cash_out.amount.currency == "USD" else "usd"
    form = opened(C.AGENT_OVERCHARGED, f"the agent charged me 5 {other}", about=cash_out)
    assert "amount_charged" not in form.answers


def test_what_is_of_another_problem_is_left_where_it_is():
    form = opened(
        C.AIRTIME_NOT_RECEIVED,
        "my airtime for 0772111222 did not come",
        "I sent money to the wrong number",
        "the right number is 0772333444",
    )
    assert form.answers["number_bought_for"] == "077 211 1222"
    assert form.description == "my airtime for 0772111222 did not come"
    other = opened(C.WRONG_NUMBER, "I sent money to the wrong number", "my airtime is missing")
    assert other.description == "I sent money to the wrong number"


def test_what_was_said_a_week_ago_is_not_of_this_problem():
    old = [
        each.model_copy(update={"created_at": now() - timedelta(days=8)})
        for each in said("my ZESA token is missing, meter 07012345678")
    ]
    prepared = PreparedReport(reasons=list(TicketCategory), category=C.ELECTRICITY_TOKEN_MISSING)
    form = report_form(prepared, "ms_1-1")
    assert carry_in(form, [*old, *said("my token is missing")], CUSTOMER).answers == {}
