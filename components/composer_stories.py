"""Stories of the composer."""

from components.composer import composer
from components.story import Group, Props, Story, recorded, story_set
from schemas.message import Speaker
from schemas.views import ChatLabels


class ComposerProps(Props):
    """What the composer is given."""

    labels: ChatLabels = ChatLabels()
    busy: bool = False
    draft: str = ""
    speaker: Speaker = Speaker.ASSISTANT


STORIES = story_set(
    component="composer",
    group=Group.CHAT,
    notes="Where the customer types. The browser keeps the text, so typing never waits for the "
    "network; the box grows to six lines, then it scrolls. Enter sends, Shift and Enter begin a "
    "new line. Send is quiet until there is something to send, and is Stop while an answer comes.",
    props=ComposerProps,
    draw=lambda props: composer(
        props.labels, props.busy, recorded("send"), props.draft, props.speaker
    ),
    stories=[
        Story(name="empty", props=ComposerProps()),
        Story(
            name="filled", props=ComposerProps(draft="Ndatumira mari kunhamba isiriyo, help please")
        ),
        Story(
            name="busy",
            props=ComposerProps(busy=True),
            notes="An answer is on its way: it can be stopped, and the next can be typed.",
        ),
        Story(
            name="person",
            props=ComposerProps(speaker=Speaker.AGENT),
            notes="While a person answers, or is waited for.",
        ),
        Story(
            name="too-long",
            props=ComposerProps(
                draft="I sent forty dollars to the wrong number this morning.\n"
                "It was meant for my brother Tinotenda, who pays the school.\n"
                "The reference is MP261120.1120.L11873.\n\n" + "I called twice. " * 20
            ),
        ),
    ],
)
