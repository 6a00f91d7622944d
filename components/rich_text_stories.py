"""Stories of rich text."""

from components.markup import el
from components.rich_text import rich_text
from components.story import Group, Props, Story, story_set
from schemas.views import BlockView, LineView, SpanView


class RichTextProps(Props):
    """Paragraphs and lists."""

    blocks: list[BlockView]


def _line(*spans: SpanView | str) -> LineView:
    return LineView(
        spans=[span if isinstance(span, SpanView) else SpanView(text=span) for span in spans]
    )


def _paragraph(*spans: SpanView | str) -> BlockView:
    return BlockView(kind="p", lines=[_line(*spans)])


def _list(kind: str, *items: str) -> BlockView:
    return BlockView(kind=kind, lines=[_line(item) for item in items])


_LINK = SpanView(text="Open my payments", style="a", url="ecocash://transactions")

STORIES = story_set(
    component="rich_text",
    group=Group.CHAT,
    notes="The little that answers and articles may use: paragraphs, two kinds of list, bold, "
    "italic, code and links to the app, the web or the dialler. The server has parsed it; nothing "
    "in it is ever taken for markup.",
    props=RichTextProps,
    draw=lambda props: el.div(rich_text(blocks=props.blocks), class_name="prose"),
    stories=[
        Story(name="paragraph", props=RichTextProps(blocks=[_paragraph("You have US$482.15.")])),
        Story(
            name="styles",
            props=RichTextProps(
                blocks=[
                    _paragraph(
                        SpanView(text="Act at once", style="b"),
                        ": once it is ",
                        SpanView(text="spent", style="i"),
                        " it is gone. Dial ",
                        SpanView(text="*151#", style="code"),
                        " or ",
                        _LINK,
                        ".",
                    )
                ]
            ),
        ),
        Story(
            name="lists",
            props=RichTextProps(
                blocks=[
                    _paragraph("What you need:"),
                    _list("ul", "the number you meant", "the time of the payment"),
                    _paragraph("What to do:"),
                    _list("ol", "Open the payment.", "Tap Get help.", "Say what went wrong."),
                ]
            ),
        ),
        Story(
            name="too-long",
            props=RichTextProps(
                blocks=[
                    _paragraph("Chitungwiza" * 12),
                    _paragraph(
                        SpanView(text="0123456789" * 12, style="code"),
                        SpanView(
                            text=f"https://www.example.com/{'tariff-' * 12}",
                            style="a",
                            url="https://www.example.com/",
                        ),
                    ),
                    _list("ul", *["One more thing to know about fees, taxes and limits."] * 12),
                ]
            ),
            notes="Words without a break are broken; nothing scrolls sideways.",
        ),
        Story(name="empty", props=RichTextProps(blocks=[])),
    ],
)
