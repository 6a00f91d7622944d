"""Stories of the whole board."""

from typing import Any

import reflex as rx
from pydantic import Field

from components.board.lanes_stories import FULL, Windows, windows_of
from components.board.shell import board_shell
from components.board.story_data import (
    AGENT,
    CANNED,
    CARDS,
    CONVERSATION,
    EVENTS,
    EVERYTHING,
    MESSAGES,
    NO_WORD,
    STAFF,
    SUPERVISOR,
    TAKEN,
    WAITING,
    BoardState,
    lanes_of,
    panel_of,
)
from components.board.team_sheet_stories import TEAM
from components.story import Group, Props, Story, Surface, board_handlers, story_set
from schemas.board_views import (
    CannedView,
    DeliveryView,
    EventView,
    FlashView,
    LanesView,
    MeView,
    PanelView,
    QueryView,
    StaffView,
    TeamView,
    WaitingView,
)
from schemas.views import ChatLabels, MessageView

_LANES = lanes_of("3", "2", "1", "1", "1")


class BoardShellProps(Props):
    """The whole board."""

    board_state: BoardState = BoardState.READY
    need_sign_in: int = 0
    opened: int = 1
    me: MeView = AGENT
    query: QueryView = EVERYTHING
    lanes: LanesView = _LANES
    windows: Windows = Field(default_factory=lambda: windows_of(CARDS))
    staff: list[StaffView] = Field(default_factory=lambda: list(STAFF))
    waiting: list[WaitingView] = Field(default_factory=list[WaitingView])
    team: TeamView = TEAM
    deliveries: list[DeliveryView] = Field(default_factory=list[DeliveryView])
    late: int = 0
    flashes: list[FlashView] = Field(default_factory=lambda: [NO_WORD] * 3)
    ticket: PanelView = PanelView()
    events: list[EventView] = Field(default_factory=list[EventView])
    labels: ChatLabels = ChatLabels()
    messages: list[MessageView] = Field(default_factory=list[MessageView])
    has_earlier: bool = False
    typing: str = ""
    typing_tick: int = 0
    viewers: list[str] = Field(default_factory=list[str])
    canned: list[CannedView] = Field(default_factory=lambda: list(CANNED))


def _draw(props: BoardShellProps) -> rx.Component:
    return board_shell(
        handlers=board_handlers(),
        board_state=props.board_state,
        need_sign_in=props.need_sign_in,
        opened=props.opened,
        me=props.me,
        query=props.query,
        lanes=props.lanes,
        cards=lambda status: getattr(props.windows, status.value),
        staff=props.staff,
        waiting=props.waiting,
        team=props.team,
        deliveries=props.deliveries,
        late=props.late,
        flashes=(props.flashes[0], props.flashes[1], props.flashes[2]),
        ticket=props.ticket,
        events=props.events,
        labels=props.labels,
        messages=props.messages,
        has_earlier=props.has_earlier,
        typing=props.typing,
        typing_tick=props.typing_tick,
        viewers=props.viewers,
        canned=props.canned,
    )


def _story(name: str, notes: str = "", **props: object) -> Story[BoardShellProps]:
    return Story(name=name, props=BoardShellProps.model_validate(props), notes=notes)


_NOTHING: dict[str, Any] = {"lanes": lanes_of("0", "0", "0", "0", "0"), "windows": Windows()}

STORIES = story_set(
    component="board_shell",
    group=Group.BOARD,
    surface=Surface.BOARD,
    whole_page=True,
    notes="The whole board: top bar, columns, the open ticket beside them, and what lies over "
    "them. The columns scroll one by one; the page itself never does.",
    props=BoardShellProps,
    draw=_draw,
    stories=[
        _story("ready", late=3),
        _story("waiting", waiting=[WAITING, TAKEN], late=3),
        _story("first-use", "No ticket was ever opened.", **_NOTHING),
        _story(
            "nothing-found",
            "A search without a result.",
            query=QueryView(view="all", text="MP261120.0000.L00000", filtered=True),
            **_NOTHING,
        ),
        _story("ticket", ticket=panel_of(), events=EVENTS, messages=MESSAGES, late=3),
        _story(
            "conversation",
            ticket=CONVERSATION,
            messages=MESSAGES[:1],
            waiting=[WAITING],
        ),
        _story(
            "too-many",
            "Hundreds of tickets: forty are shown of each column.",
            lanes=lanes_of("1,204", "318", "96", "2,410", "20+", more=True),
            windows=FULL,
            late=240,
        ),
        _story("team", me=SUPERVISOR, query=QueryView(view="team"), late=2),
        _story("deliveries", me=SUPERVISOR, query=QueryView(view="deliveries")),
        _story("loading", board_state="loading", me=MeView(), **_NOTHING),
        _story(
            "denied",
            board_state="denied",
            me=MeView(id="designer-1", name="Chipo Dziva", initials="CD"),
            **_NOTHING,
        ),
        _story("error", board_state="error", **_NOTHING),
        _story("offline", board_state="offline", late=3),
    ],
)
