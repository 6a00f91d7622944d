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

STAFF_SIGN_INS = Counter(
    "copilot_staff_sign_ins", "Staff's attempts to sign in.", ["outcome"], registry=REGISTRY
)
"""By ``outcome``: ok, refused."""

CONNECTIONS = Gauge("copilot_connections", "Open websockets of pages.", registry=REGISTRY)

FEED_SUBSCRIBERS = Gauge(
    "copilot_feed_subscribers", "Pages and parts that watch changes.", registry=REGISTRY
)

FEED_OVERFLOWS = Counter(
    "copilot_feed_overflows",
    "Subscribers that fell behind and had to read anew.",
    registry=REGISTRY,
)

FEED_CHANGES = Counter("copilot_feed_changes", "Changes read.", ["kind"], registry=REGISTRY)
"""By ``kind``, such as ticket or message; ``unreadable`` where one did not parse."""

FEED_LAG_SECONDS = Histogram(
    "copilot_feed_lag_seconds",
    "From a document's own moment of change to its arrival in this process.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
    registry=REGISTRY,
)

FEED_UP = Gauge("copilot_feed_up", "1 while the change stream is open.", registry=REGISTRY)

FEED_REOPENED = Counter(
    "copilot_feed_reopened", "Times the change stream was opened.", ["outcome"], registry=REGISTRY
)
"""By ``outcome``: resumed, new (subscribers had to read anew)."""

DELIVERIES = Counter(
    "copilot_deliveries", "Attempts to deliver a notice.", ["outcome"], registry=REGISTRY
)
"""By ``outcome``: sent, failed (will be tried again), dead."""

DELIVERY_SECONDS = Histogram(
    "copilot_delivery_seconds",
    "How long an attempt to deliver took.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=REGISTRY,
)

AUDIT_ENTRIES = Counter(
    "copilot_audit_entries", "Decisions that were recorded.", ["kind"], registry=REGISTRY
)
"""By ``kind``: consent.asked, consent.confirmed, consent.declined, consent.executed and others."""
