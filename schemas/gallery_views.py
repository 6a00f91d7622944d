"""What the workbench of the gallery is sent: views in English, for designers."""

from pydantic import Field

from schemas.views import ChoiceView, View


class ControlView(View):
    """One value of a story that can be changed with a control of its type."""

    path: str = ""
    """Where it is in the payload, such as ``balances.0.available.amount``."""
    part: str = ""
    """What it belongs to, such as ``balances 1``; empty for the story itself."""
    label: str = ""
    kind: str = "text"
    """``text``, ``long``, ``number``, ``switch`` or ``choice``."""
    value: str = ""
    choices: list[ChoiceView] = Field(default_factory=list[ChoiceView])
    hint: str = ""
    """What the schema says about it."""


class PartView(View):
    """Controls that belong together."""

    name: str = ""
    controls: list[ControlView] = Field(default_factory=list[ControlView])


class FaultView(View):
    """Why a payload is not valid."""

    at: str = ""
    """Where, such as ``balances.0.available`` or ``line 3, column 7``."""
    message: str = ""


class AboutView(View):
    """A story: what it is for, and what is in it."""

    story: str = ""
    """``COMPONENT/STATE``."""
    component: str = ""
    group: str = ""
    notes: str = ""
    """About the component."""
    state_notes: str = ""
    """About this state."""
    docs: str = ""
    """The docstring of the component."""
    source: str = ""
    """The file it is defined in."""
    english_only: bool = False
    """It is for staff, who read English."""
