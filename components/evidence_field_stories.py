"""Stories of the evidence field."""

from pydantic import Field

from components.evidence_field import evidence_field
from components.markup import el
from components.story import Group, Props, Story, story_set
from schemas.ticket import MAX_EVIDENCE
from schemas.views import ChatLabels, EvidenceView, FormView, SendingView


class EvidenceFieldProps(Props):
    """What the evidence field is given."""

    labels: ChatLabels = ChatLabels()
    form: FormView
    sending: list[SendingView] = Field(default_factory=list[SendingView])
    failed: str = ""


def _form(*names: str, error: str = "") -> FormView:
    return FormView(
        evidence=[
            EvidenceView(
                id=f"ev-{n}",
                name=name,
                size=("240 KB", "1.1 MB", "2.0 MB")[n],
                media_type="application/pdf" if name.endswith(".pdf") else "image/jpeg",
                remove_label=f"Remove {name}",
            )
            for n, name in enumerate(names)
        ],
        evidence_left=MAX_EVIDENCE - len(names),
        evidence_error=error,
    )


STORIES = story_set(
    component="evidence_field",
    group=Group.CHAT,
    notes="Up to three photos or PDF files. A large photo is made small on the phone before it is "
    "sent, so it costs little data; each can be stopped on its way and taken out afterwards.",
    props=EvidenceFieldProps,
    draw=lambda props: el.article(
        el.div(
            evidence_field(props.form, props.labels, "w-1", props.sending, props.failed),
            class_name="fields",
        ),
        class_name="card",
        data_widget_id="w-1",
    ),
    stories=[
        Story(name="empty", props=EvidenceFieldProps(form=_form())),
        Story(
            name="sending",
            props=EvidenceFieldProps(
                form=_form(),
                sending=[
                    SendingView(
                        label="Sending receipt.jpg", share=0.4, stop_label="Remove: receipt.jpg"
                    )
                ],
            ),
            notes="The bar moves with the bytes, and the cross stops it.",
        ),
        Story(name="one", props=EvidenceFieldProps(form=_form("receipt.jpg"))),
        Story(
            name="partial",
            props=EvidenceFieldProps(
                form=_form("receipt.jpg"),
                sending=[
                    SendingView(
                        label="Sending statement.pdf", share=0.8, stop_label="Remove: statement.pdf"
                    )
                ],
            ),
            notes="One has arrived, the second is on its way.",
        ),
        Story(
            name="failed",
            props=EvidenceFieldProps(
                form=_form(), failed="receipt.jpg was not sent. Please try again."
            ),
        ),
        Story(
            name="denied",
            props=EvidenceFieldProps(
                form=_form(),
                failed="This PDF has a password. Save it without the password, or send a "
                "screenshot.",
            ),
            notes="Refused by the server, with what to send instead.",
        ),
        Story(
            name="too-large",
            props=EvidenceFieldProps(form=_form(), failed="video-still.png is larger than 5 MB."),
        ),
        Story(
            name="full",
            props=EvidenceFieldProps(
                form=_form("receipt.jpg", "sms-from-ecocash.jpg", "statement.pdf")
            ),
            notes="Three is the most: the button has gone.",
        ),
        Story(
            name="too-many",
            props=EvidenceFieldProps(
                form=_form("receipt.jpg", "sms-from-ecocash.jpg", "statement.pdf"),
                failed="A report takes 3 files. shop.jpg was left out.",
            ),
        ),
        Story(
            name="lost",
            props=EvidenceFieldProps(
                form=_form(
                    error="A file was kept for two days and is gone. Please add it again, or go "
                    "on without it."
                )
            ),
        ),
        Story(
            name="too-long",
            props=EvidenceFieldProps(
                form=_form(
                    "WhatsApp Image 2026-11-20 at 11.20.34 (2) of the receipt from Mbare.jpeg",
                    f"{'scan-' * 20}.pdf",
                )
            ),
            notes="The name gives way; the size and the cross stay.",
        ),
    ],
)
