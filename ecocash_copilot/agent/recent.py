"""What was said last in chats that go on, so that a turn need not read it again.

A window is taken only for the question whose number follows its last one: numbers have no gaps, so
nothing was said between. And only answers that are done are kept, which nothing replaces: a window
says what the database says, whichever process wrote it.
"""

from collections.abc import Sequence

from ecocash_copilot.agent.history import MAX_MESSAGES
from ecocash_copilot.core.expiring_cache import ExpiringCache
from schemas.message import ConversationId, Message

KEPT = 500
"""Chats whose last messages are kept: some 10 MB at most of what is usual."""

KEPT_SECONDS = 300.0


class RecentTalk:
    """The newest messages of chats, without their cards, as turns have left them."""

    def __init__(self) -> None:
        """Start with none."""
        self._windows: ExpiringCache[ConversationId, list[Message]] = ExpiringCache(KEPT)

    def before(self, question: Message) -> list[Message] | None:
        """Return what leads to a question, and the question, oldest first; None if not known."""
        window = self._windows.get(question.conversation_id)
        if window is None or window[-1].seq != question.seq - 1:
            return None
        return [*window, question][-MAX_MESSAGES:]

    def keep(self, settled: Sequence[Message], answer: Message) -> None:
        """Remember what a turn was given and what it has settled."""
        window = [*settled, answer.model_copy(update={"widgets": []})][-MAX_MESSAGES:]
        followed = settled[-1].seq == answer.seq - 1
        if followed and all(each.outcome == "done" for each in window):
            self._windows.put(answer.conversation_id, window, KEPT_SECONDS)
        else:
            self._windows.drop(answer.conversation_id)
