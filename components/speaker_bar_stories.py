"""Stories of the speaker bar."""

from components.markup import el
from components.speaker_bar import speaker_bar
from components.story import Group, Props, Story, story_set
from schemas.message import Speaker
from schemas.views import ChatLabels


class SpeakerBarProps(Props):
    """What the speaker bar is given."""

    labels: ChatLabels = ChatLabels()
    speaker: Speaker
    note: str


STORIES = story_set(
    component="speaker_bar",
    group=Group.CHAT,
    notes="Says who answers whenever it is not the assistant. It is a status for screen readers; "
    "only who waits can stop waiting.",
    props=SpeakerBarProps,
    draw=lambda props: el.div(
        speaker_bar(props.labels, props.speaker, props.note), class_name="edge"
    ),
    stories=[
        Story(
            name="queue", props=SpeakerBarProps(speaker=Speaker.QUEUE, note="Waiting for a person")
        ),
        Story(
            name="agent",
            props=SpeakerBarProps(speaker=Speaker.AGENT, note="You are talking to Rudo"),
        ),
        Story(
            name="closed",
            props=SpeakerBarProps(speaker=Speaker.QUEUE, note="People answer again: Monday, 08:00"),
            notes="Outside working hours: when it goes on.",
        ),
        Story(
            name="too-long",
            props=SpeakerBarProps(
                speaker=Speaker.QUEUE,
                note="You are talking to Nomathemba Sithembinkosi Khumalo-Mukanyandiradzidzwa",
            ),
            notes="The words wrap, the button keeps its size.",
        ),
        Story(
            name="assistant",
            props=SpeakerBarProps(speaker=Speaker.ASSISTANT, note=""),
            notes="Nothing is shown.",
        ),
    ],
)
