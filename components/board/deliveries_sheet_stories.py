"""Stories of the deliveries sheet."""

import reflex as rx
from pydantic import Field

from components.board.deliveries_sheet import deliveries_sheet
from components.board.story_data import at
from components.markup import count_of
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import DeliveryView


class DeliveriesSheetProps(Props):
    """Notices that were given up."""

    deliveries: list[DeliveryView] = Field(default_factory=list[DeliveryView])


def _draw(props: DeliveriesSheetProps) -> rx.Component:
    return deliveries_sheet(props.deliveries, count_of(props.deliveries))


def _row(number: int, error: str = "The receiver answered 503.") -> DeliveryView:
    return DeliveryView(
        id=f"n_{number}",
        type=("Ticket moved", "Support replied")[number % 2],
        about=f"TCK-{100042 - number}",
        attempts=8,
        at=at(hours=number + 1),
        error=error,
    )


STORIES = story_set(
    component="deliveries_sheet",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="For supervisors and operators: changes that a customer's phone was not told about, each "
    "with why, to be sent again.",
    props=DeliveriesSheetProps,
    draw=_draw,
    stories=[
        Story(name="given-up", props=DeliveriesSheetProps(deliveries=[_row(0), _row(1)])),
        Story(name="empty", props=DeliveriesSheetProps()),
        Story(
            name="too-long",
            props=DeliveriesSheetProps(
                deliveries=[_row(0, "The receiver answered 400: " + "payload_not_understood " * 12)]
            ),
        ),
        Story(
            name="too-many",
            props=DeliveriesSheetProps(deliveries=[_row(n) for n in range(60)]),
        ),
    ],
)
