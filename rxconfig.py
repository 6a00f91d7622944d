"""Reflex configuration: a small production frontend, served by the backend's own port."""

import reflex as rx

from ecocash_copilot.web.plugin import LeanFrontendPlugin

# Bytes of a cold first load, Brotli compressed. Customers pay for every one of them.
CHAT_BUDGET = 90_000

# States of pages that customers never open.
APART = {"board": ("board", "desk", "ticket_panel"), "gallery": ("gallery", "story")}

config = rx.Config(
    app_name="ecocash_copilot",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    react_strict_mode=False,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[LeanFrontendPlugin(budgets={"chat": CHAT_BUDGET}, apart=APART)],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
