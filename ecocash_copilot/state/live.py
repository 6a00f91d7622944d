"""The answer being written: finished paragraphs apart from the one that still grows."""

from ecocash_copilot.core.clock import now
from ecocash_copilot.present.messages import widget_view
from ecocash_copilot.present.rich_text import parse_blocks
from schemas.identity import Locale
from schemas.turn import BasicMode, TextDelta, TurnEvent, WidgetReady
from schemas.views import BlockView, WidgetView


class LiveAnswer:
    """Adds up a turn's events as the page shows them.

    Only the growing paragraph is sent again with each flush, so the cost of a long answer stays
    in proportion to its length.
    """

    def __init__(self, locale: Locale) -> None:
        """Start empty."""
        self._locale = locale
        self.blocks: list[BlockView] = []
        self.tail = ""
        self.widgets: list[WidgetView] = []

    def add(self, events: list[TurnEvent]) -> None:
        """Take a batch of events."""
        for event in events:
            match event:
                case TextDelta():
                    self.tail += event.text
                case WidgetReady():
                    view = widget_view(event.widget, self._locale, now())
                    self.widgets = [*self.widgets, view]
                case BasicMode():
                    self.blocks, self.tail = [], ""
                    self.widgets = self.widgets if event.keeps_cards else []
                case _:
                    pass
        self._settle_paragraphs()

    def _settle_paragraphs(self) -> None:
        finished, separator, rest = self.tail.rpartition("\n\n")
        if separator and finished.strip():
            self.blocks = [*self.blocks, *parse_blocks(finished)]
            self.tail = rest
