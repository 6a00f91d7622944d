"""Stories of a form's fields."""

from components.form_fields import form_field, words_field
from components.markup import cond, el
from components.story import Group, Props, Story, story_set
from schemas.views import ChatLabels, ChoiceView, FieldView


class FormFieldProps(Props):
    """What a field is given."""

    labels: ChatLabels = ChatLabels()
    field: FieldView
    many_words: bool = False
    """A box for the customer's own words."""


_PHONE = FieldView(
    name="number_meant",
    kind="phone",
    label="The number you meant",
    hint="Such as 077 123 4567",
    required=True,
)
_TEXT = FieldView(name="merchant_said", label="What did the shop say?")
_AMOUNT = FieldView(
    name="amount_charged",
    kind="amount",
    label="How much did the agent take?",
    hint="Such as 12.50",
    required=True,
)
_DATE = FieldView(name="since", kind="date", label="Since when?")
_CHOICE = FieldView(
    name="knows_recipient",
    kind="choice",
    label="Do you know who got it?",
    required=True,
    choices=[ChoiceView(value="yes", label="Yes"), ChoiceView(value="no", label="No")],
)
_WORDS = FieldView(
    name="description",
    label="What happened?",
    hint="Never write your PIN here.",
    max_length=2000,
)


def _with(field: FieldView, *, many_words: bool = False, **changes: object) -> FormFieldProps:
    return FormFieldProps(field=field.model_copy(update=changes), many_words=many_words)


STORIES = story_set(
    component="form_field",
    group=Group.CHAT,
    notes="One question: a label, the input that brings up the right keyboard, and under it a hint "
    "or, in its place, what to correct. The note is the input's description, so it is read with "
    "the field; what is optional says so.",
    props=FormFieldProps,
    draw=lambda props: el.article(
        el.form(
            cond(
                props.many_words,
                words_field(props.field, props.labels, "w-1"),
                form_field(props.field, props.labels, "w-1"),
            ),
            class_name="fields",
        ),
        class_name="card",
    ),
    stories=[
        Story(name="phone", props=_with(_PHONE)),
        Story(
            name="locked",
            props=_with(
                _PHONE,
                name="number_sent_to",
                label="The number it went to",
                value="077 241 8950",
                hint="Taken from your payment",
                locked=True,
            ),
            notes="The payment says so. It can be read and copied, not changed.",
        ),
        Story(name="phone-filled", props=_with(_PHONE, value="077 241 8905")),
        Story(
            name="phone-error",
            props=_with(
                _PHONE,
                value="12345",
                error="This is not a mobile number. Write it like 077 123 4567.",
            ),
        ),
        Story(name="text", props=_with(_TEXT), notes="Optional, and it says so."),
        Story(
            name="text-error",
            props=_with(
                _TEXT,
                value="Chitungwiza " * 10,
                error="This is too long. Please shorten it.",
            ),
        ),
        Story(name="amount", props=_with(_AMOUNT), notes="Brings up the decimal keyboard."),
        Story(
            name="amount-error",
            props=_with(
                _AMOUNT,
                value="a lot",
                error="This is not an amount. Write it like 12.50.",
            ),
        ),
        Story(name="date", props=_with(_DATE), notes="The phone's own calendar."),
        Story(
            name="date-error",
            props=_with(_DATE, value="2026-12-24", error="This day is still to come."),
        ),
        Story(name="choice", props=_with(_CHOICE), notes="The whole line is the target."),
        Story(
            name="choice-chosen",
            props=_with(
                _CHOICE,
                choices=[
                    ChoiceView(value="yes", label="Yes", selected=True),
                    ChoiceView(value="no", label="No"),
                ],
            ),
        ),
        Story(name="choice-error", props=_with(_CHOICE, error="Please choose one.")),
        Story(name="words", props=_with(_WORDS, many_words=True)),
        Story(
            name="words-error",
            props=_with(_WORDS, many_words=True, required=True, error="Please fill this in."),
        ),
        Story(
            name="words-too-long",
            props=_with(
                _WORDS,
                many_words=True,
                value="I asked at the shop, at the bank and at the agent.\n" * 20,
            ),
            notes="It grows to half of the screen, then it scrolls.",
        ),
    ],
)
