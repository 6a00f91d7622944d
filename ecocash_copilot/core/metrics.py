"""Counters and histograms for Prometheus, in a registry of our own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
"""What ``/metrics`` shows."""

_TURN_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_TOOL_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

TURNS = Counter("copilot_turns", "Turns that ended.", ["outcome"], registry=REGISTRY)
"""By ``outcome``: done, cancelled, failed, timed_out, not_settled."""

TURN_SECONDS = Histogram(
    "copilot_turn_seconds",
    "From the customer's message to the settled answer.",
    buckets=_TURN_BUCKETS,
    registry=REGISTRY,
)

TOOL_CALLS = Counter("copilot_tool_calls", "Tool calls.", ["tool", "ok"], registry=REGISTRY)
"""By ``tool`` and ``ok`` (true, false)."""

TOOL_SECONDS = Histogram(
    "copilot_tool_seconds",
    "How long tool calls took.",
    ["tool"],
    buckets=_TOOL_BUCKETS,
    registry=REGISTRY,
)

WIDGETS_REJECTED = Counter(
    "copilot_widgets_rejected",
    "Widgets that did not validate and were not shown.",
    ["tool"],
    registry=REGISTRY,
)

WITHHELD = Counter(
    "copilot_withheld_sentences",
    "Sentences held back because no tool result bears them out.",
    registry=REGISTRY,
)

SIGN_INS = Counter("copilot_sign_ins", "Attempts to sign in.", ["outcome"], registry=REGISTRY)
"""By ``outcome``: ok, refused."""

CONNECTIONS = Gauge("copilot_connections", "Open websockets of pages.", registry=REGISTRY)
