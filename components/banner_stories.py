"""Stories of the banner."""

from components.banner import banner
from components.markup import cond, el
from components.story import Group, Props, Story, story_set
from schemas.views import ChatLabels


class BannerProps(Props):
    """What the banner is given, and whether the page is offline."""

    labels: ChatLabels = ChatLabels()
    refused: str = ""
    offline: bool = False


STORIES = story_set(
    component="banner",
    group=Group.CHAT,
    notes="One line above the composer, in words and with a shape, while there is no connection or "
    "something was refused. It is announced, takes no focus, and nothing typed is lost.",
    props=BannerProps,
    draw=lambda props: el.div(
        banner(props.labels, props.refused),
        data_app_state=cond(props.offline, "offline", "ready"),
    ),
    stories=[
        Story(name="offline", props=BannerProps(offline=True)),
        Story(
            name="denied",
            props=BannerProps(refused="This is not possible for this ticket now."),
        ),
        Story(
            name="too-fast",
            props=BannerProps(refused="You are sending very fast. Please wait a moment."),
        ),
        Story(
            name="outdated",
            props=BannerProps(refused="This was changed on another page. Here it is as it is now."),
        ),
        Story(
            name="unavailable",
            props=BannerProps(refused="This does not work just now. Please try again in a moment."),
        ),
        Story(
            name="offline-and-refused",
            props=BannerProps(
                offline=True,
                refused="An answer is on its way. Please wait for it, or stop it.",
            ),
        ),
        Story(name="empty", props=BannerProps(), notes="All is well: nothing is shown."),
    ],
)
