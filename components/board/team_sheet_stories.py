"""Stories of the team sheet."""

import reflex as rx

from components.board.story_data import BLESSING, LONG_NAME, TARIRO, at
from components.board.team_sheet import team_sheet
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import AgeRow, BreachRow, EscalatedRow, LoadRow, TeamView


class TeamSheetProps(Props):
    """The supervisor's view."""

    team: TeamView


def _draw(props: TeamSheetProps) -> rx.Component:
    return team_sheet(props.team)


TEAM = TeamView(
    known=True,
    open=31,
    unassigned=4,
    late=2,
    load=[
        LoadRow(id=TARIRO.id, name=TARIRO.name, initials="TM", open=15, late=2, share=100),
        LoadRow(id=BLESSING.id, name=BLESSING.name, initials="BN", open=12, share=80),
        LoadRow(id="nobody", name="Nobody", open=4, share=27),
    ],
    ages=[
        AgeRow(label="Today", count=14, share=45),
        AgeRow(label="1 to 2 days ago", count=9, share=29),
        AgeRow(label="3 to 6 days ago", count=6, share=19),
        AgeRow(label="7 days ago or more", count=2, share=6),
    ],
    breaches=[
        BreachRow(
            id="TCK-100037",
            subject="Electricity token missing: US$10.00 to ZESA ZETDC Prepaid",
            assignee=BLESSING.name,
            due=at(minutes=48),
        ),
        BreachRow(
            id="TCK-100021",
            subject="Sent to the wrong number: US$40.00 to Privilege Sibanda",
            due=at(hours=5),
        ),
    ],
)

STORIES = story_set(
    component="team_sheet",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="For supervisors: who has how much, how old it is, and which promises were broken. Each "
    "bar has its number beside it.",
    props=TeamSheetProps,
    draw=_draw,
    stories=[
        Story(name="ready", props=TeamSheetProps(team=TEAM)),
        Story(
            name="escalated",
            props=TeamSheetProps(
                team=TEAM.model_copy(
                    update={
                        "escalated": [
                            EscalatedRow(
                                id="TCK-100042",
                                subject="Sent to the wrong number: US$40.00 to Privilege Sibanda",
                                assignee=TARIRO.name,
                                due=at(minutes=-95),
                                due_for="Resolve",
                            ),
                            EscalatedRow(
                                id="TCK-100031",
                                subject="Charged twice: US$12.00 to OK Zimbabwe",
                                due=at(hours=3),
                                due_for="Reply",
                                breached=True,
                            ),
                        ]
                    }
                )
            ),
            notes="What an agent or a customer wants somebody senior to look at.",
        ),
        Story(
            name="loading",
            props=TeamSheetProps(team=TeamView()),
            notes="Until all is counted: no promise is said to be kept before that is known.",
        ),
        Story(
            name="empty",
            props=TeamSheetProps(team=TeamView(known=True)),
            notes="No open tickets, and every promise kept.",
        ),
        Story(
            name="too-long",
            props=TeamSheetProps(
                team=TeamView(
                    known=True,
                    open=12_408,
                    unassigned=11_000,
                    late=9_999,
                    load=[
                        LoadRow(
                            id="x", name=LONG_NAME, initials="CM", open=1408, late=999, share=100
                        )
                    ],
                    ages=TEAM.ages,
                    breaches=[
                        BreachRow(
                            id="TCK-100037",
                            subject=LONG_NAME * 2,
                            assignee=LONG_NAME,
                            due=at(days=90),
                        )
                    ],
                )
            ),
        ),
    ],
)
