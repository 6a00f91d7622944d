"""The chat page as a customer uses it, through the hooks of the outside contract alone."""

from typing import Literal

from playwright.async_api import Locator, Page, expect

AppState = Literal["loading", "ready", "offline", "expired", "error"]


class Chat:
    """One chat page."""

    def __init__(self, page: Page) -> None:
        """Work on a page; `open` brings it to the chat."""
        self.page = page
        self.root = page.locator("[data-app-state]").first
        self.input = page.get_by_test_id("composer-input")
        self.send_button = page.get_by_test_id("composer-send")
        self.stop_button = page.get_by_test_id("composer-stop")
        self.messages = page.get_by_test_id("message")
        self.answers = page.locator('[data-testid="message"][data-role="assistant"]')
        self.questions = page.locator('[data-testid="message"][data-role="customer"]')
        self.said_by_agents = page.locator('[data-testid="message"][data-role="agent"]')
        self.agent_typing = page.locator('[data-role="agent"][data-live]')
        self.busy = page.locator('[aria-busy="true"]')
        self.new_chat_button = page.get_by_test_id("new-chat")
        self.history_button = page.get_by_test_id("history-open")
        self.history_items = page.get_by_test_id("history-item")
        self.load_earlier_button = page.get_by_test_id("load-earlier")
        self.quick_actions = page.get_by_test_id("quick-action")

    async def open(self, url: str, state: AppState = "ready") -> None:
        """Go to an address of the chat and wait until the page is in a state."""
        await self.page.goto(url)
        await self.expect_state(state)

    async def expect_state(self, state: AppState, seconds: float = 15.0) -> None:
        """Wait until the page is in a state."""
        await expect(self.root).to_have_attribute("data-app-state", state, timeout=seconds * 1000)

    async def expect_speaker(self, speaker: Literal["assistant", "queue", "agent"]) -> None:
        """Wait until the page says who answers."""
        await expect(self.root).to_have_attribute("data-speaker", speaker)

    async def start_new(self) -> None:
        """Begin a new conversation."""
        await self.new_chat_button.click()
        await expect(self.messages).to_have_count(0)

    async def send(self, text: str) -> None:
        """Type a message and send it with Enter."""
        await self.input.fill(text)
        await self.input.press("Enter")

    async def ask(self, text: str, seconds: float = 15.0) -> Locator:
        """Send a message, wait for its settled answer, and return that."""
        before = await self.last_answer_id()
        await self.send(text)
        return await self.settled_answer(before, seconds)

    async def last_answer_id(self) -> str:
        """Return the id of the newest answer, or an empty string."""
        if await self.answers.count() == 0:
            return ""
        return await self.answers.last.get_attribute("data-message-id") or ""

    async def settled_answer(self, before: str, seconds: float = 15.0) -> Locator:
        """Wait for an answer after the one with the id ``before``; return it once it settled."""
        newest = self.page.locator(
            f'[data-testid="message"][data-role="assistant"]:not([data-message-id="{before}"])'
        ).last
        await expect(newest).to_be_attached(timeout=seconds * 1000)
        if before:
            await expect(self.answers.last).not_to_have_attribute(
                "data-message-id", before, timeout=seconds * 1000
            )
        await expect(self.busy).to_have_count(0, timeout=seconds * 1000)
        identity = await self.answers.last.get_attribute("data-message-id")
        return self.message(identity or "")

    def message(self, identity: str) -> Locator:
        """Return the message with an id."""
        return self.page.locator(f'[data-testid="message"][data-message-id="{identity}"]')

    def widget(self, kind: str) -> Locator:
        """Return the newest widget of a type."""
        return self.page.locator(f'[data-widget="{kind}"]').last

    async def message_ids(self) -> list[str]:
        """Return the ids of all messages on the page, in their order."""
        ids: list[str] = await self.messages.evaluate_all(
            "nodes => nodes.map((node) => node.dataset.messageId)"
        )
        return ids

    async def transcript(self) -> list[tuple[str, str]]:
        """Return who said what, and which widgets are shown, in order; without clock times."""
        rows: list[list[str]] = await self.messages.evaluate_all(
            """nodes => nodes.map((node) => [
                node.dataset.role,
                [...node.querySelectorAll(".bubble, [data-widget]")]
                    .map((part) => part.innerText).join("\\n"),
            ])"""
        )
        return [(role, text) for role, text in rows]
