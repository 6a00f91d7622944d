"""Builds the agents of a process: the configured model's, and the offline model's."""

from dataclasses import dataclass

from agno.agent import Agent
from agno.models.base import Model
from agno.models.fallback import FallbackConfig
from agno.models.utils import get_model
from agno.tools.function import Function

from ecocash_copilot.agent.fallback import BasicModeModel
from ecocash_copilot.agent.offline.model import OfflineModel
from ecocash_copilot.core.settings import Settings

TOOL_CALL_LIMIT = 8
"""Tool calls one run may make; a model in a loop ends here."""


@dataclass(frozen=True)
class Agents:
    """``primary`` answers; ``basic`` answers when ``primary`` can't."""

    primary: Agent
    basic: Agent | None
    """None when the offline model is the configured one."""
    reports_usage: bool = False
    """The primary model ends every answer with its token count; one without was cut short."""


def build_agents(settings: Settings, functions: list[Function]) -> Agents:
    """Build the agents. They keep nothing between runs, so one of each serves everybody.

    Raises:
        ValueError: ``COPILOT_MODEL`` names a model that Agno does not know.
    """
    if settings.copilot_model == "offline":
        return Agents(primary=_agent(OfflineModel(), functions), basic=None)
    model = get_model(settings.copilot_model)
    if model is None:
        raise ValueError(f"COPILOT_MODEL names no model: {settings.copilot_model}")
    # Here, because it takes most of a second that the offline model need not wait for.
    from agno.models.openai import OpenAIChat, OpenAIResponses

    if isinstance(model, OpenAIChat | OpenAIResponses):
        # The client would wait and try again, out of sight, while the customer waits too.
        model.max_retries = 0
    if isinstance(model, OpenAIResponses):
        # The provider keeps conversations by default; ours are kept here alone.
        model.store = False
    return Agents(
        primary=_agent(model, functions, FallbackConfig(on_error=[BasicModeModel()])),
        basic=_agent(OfflineModel(), functions),
        reports_usage=type(model) in (OpenAIChat, OpenAIResponses),
    )


def _agent(
    model: Model, functions: list[Function], fallback: FallbackConfig | None = None
) -> Agent:
    return Agent(
        name="EcoCash Copilot",
        id="ecocash-copilot",
        model=model,
        fallback_config=fallback,
        tools=list(functions),
        tool_call_limit=TOOL_CALL_LIMIT,
        # The whole context of a run is built in prompt.py and history.py, from what is kept.
        build_context=False,
        build_user_context=False,
        resolve_in_context=False,
        telemetry=False,
    )
