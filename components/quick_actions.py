"""Quick actions: suggestions above the composer."""

import reflex as rx

from components.markup import Prop, Value, el, foreach
from schemas.views import QuickActionView


def _quick_action(action: Prop[QuickActionView]) -> rx.Component:
    return el.button(
        action.label,
        type="button",
        class_name="chip",
        data_testid="quick-action",
        data_do="quick_action",
        data_value=action.text,
        key=action.text,
    )


def quick_actions(actions: Value[list[QuickActionView]]) -> rx.Component:
    """One row that scrolls sideways; on an empty chat they wrap."""
    return el.div(foreach(actions, _quick_action), class_name="chips quick", role="group")
