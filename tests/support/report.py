"""A problem report in the chat: its form, step by step, and the dialog that asks for consent."""

from playwright.async_api import Locator, expect

from tests.support.chat import Chat


class ReportForm:
    """The newest form of a chat."""

    def __init__(self, chat: Chat) -> None:
        """Follow the chat's newest form."""
        self.chat = chat
        self.root = chat.widget("ticket_form")
        self.next_button = self.root.get_by_test_id("form-next")
        self.back_button = self.root.get_by_test_id("form-back")
        self.submit_button = self.root.get_by_test_id("form-submit")
        self.files = self.root.locator("[data-evidence-id]")
        self.wrong = self.root.locator('[aria-invalid="true"]')

    async def reference(self) -> str:
        """Return the transaction that it is about."""
        subject = self.root.locator("[data-transaction-id]").first
        return await subject.get_attribute("data-transaction-id") or ""

    async def expect_step(self, step: str) -> None:
        """Wait until a step is shown: ``reason``, ``details``, ``words`` or ``review``."""
        await expect(self.root.locator("[data-step]")).to_have_attribute("data-step", step)

    def field(self, name: str) -> Locator:
        """Return the input or box of a field."""
        return self.root.locator(f'[name="{name}"]')

    async def fill(self, name: str, text: str) -> None:
        """Type into a field."""
        await self.field(name).fill(text)

    async def choose(self, name: str, value: str) -> None:
        """Choose an answer by its whole line, as a thumb does."""
        await self.root.locator(f'label:has(input[name="{name}"][value="{value}"])').click()

    async def next(self, step: str) -> None:
        """Go on, and wait for the step that must follow."""
        await self.next_button.click()
        await self.expect_step(step)

    async def back(self, step: str) -> None:
        """Go back, and wait for the step that must follow."""
        await self.back_button.click()
        await self.expect_step(step)

    async def attach(self, name: str, media_type: str, content: bytes) -> None:
        """Add a file, and wait until it is kept."""
        before = await self.files.count()
        await self.choose_file(name, media_type, content)
        await expect(self.files).to_have_count(before + 1)

    async def choose_file(self, name: str, media_type: str, content: bytes) -> None:
        """Choose a file, whatever becomes of it."""
        await self.root.locator('input[type="file"]').set_input_files(
            {"name": name, "mimeType": media_type, "buffer": content}
        )

    async def submit(self) -> "Dialog":
        """Send the reviewed report, and return the dialog that asks whether it may go."""
        await self.submit_button.click()
        dialog = Dialog(self.chat)
        await dialog.expect_state("pending")
        return dialog


class Dialog:
    """The newest question for consent of a chat."""

    def __init__(self, chat: Chat) -> None:
        """Follow the chat's newest dialog."""
        self.chat = chat
        self.root = chat.widget("confirmation_dialog")
        self.accept_button = self.root.get_by_test_id("confirm-accept")
        self.decline_button = self.root.get_by_test_id("confirm-decline")

    async def expect_state(self, state: str, seconds: float = 15.0) -> None:
        """Wait until it says how things stand: ``pending``, ``executed``, ``declined``..."""
        await expect(self.root.locator(".dialog")).to_have_attribute(
            "data-state", state, timeout=seconds * 1000
        )

    async def accept(self) -> str:
        """Agree, wait until it is done, and return the ticket's number."""
        await self.accept_button.click()
        return await self.ticket_id()

    async def ticket_id(self) -> str:
        """Wait until it is done, and return the ticket's number."""
        await self.expect_state("executed")
        return await self.root.locator(".dialog").get_attribute("data-ticket-id") or ""

    async def decline(self) -> None:
        """Refuse, and wait until it says so."""
        await self.decline_button.click()
        await self.expect_state("declined")


class TicketCard:
    """A ticket as the newest card of a chat shows it to its customer."""

    def __init__(self, chat: Chat, ticket_id: str) -> None:
        """Follow the newest card of this ticket."""
        self.root = chat.page.locator(f'[data-widget] li[data-ticket-id="{ticket_id}"]').last

    async def expect_status(self, status: str) -> None:
        """Wait until it shows a state."""
        await expect(self.root).to_have_attribute("data-status", status)

    async def say(self, what: str, text: str) -> None:
        """Write beside it: ``ticket_add`` or ``ticket_reopen``."""
        box = self.root.locator("details").filter(has=self.root.page.locator(f"[data-do={what}]"))
        await box.locator("summary").click()
        await box.get_by_role("textbox").fill(text)
        await box.locator(f"[data-do={what}]").click()
        # Sent, it is folded, or gone: a reopened ticket has nothing to reopen.
        await expect(box.and_(self.root.page.locator("[open]"))).to_have_count(0)

    async def rate(self, stars: int) -> None:
        """Give stars, and wait until they are kept."""
        star = self.root.locator(f'[data-do="ticket_rate"][data-value="{stars}"]')
        await star.click()
        await expect(star).to_have_attribute("aria-pressed", "true")


async def begin_report(chat: Chat, party: str, reason: str) -> ReportForm:
    """Ask for help with the newest payment to somebody, and choose what went wrong.

    Args:
        party: the receiver's name as the chat shows it.
        reason: a `TicketCategory`.
    """
    await pick_reason(chat, party, reason)
    return ReportForm(chat)


async def pick_reason(chat: Chat, party: str, reason: str) -> Locator:
    """Say what went wrong with the newest payment to somebody; return the answer to that."""
    answer = await chat.ask(f"help with my payment to {party}")
    detail = answer.locator('[data-widget="transaction_detail"]')
    if not await detail.count():
        before = await chat.last_answer_id()
        rows = answer.locator("[data-transaction-id]").filter(has_text=party)
        await rows.first.get_by_test_id("get-help").click()
        answer = await chat.settled_answer(before)
    before = await chat.last_answer_id()
    await answer.locator(f'[data-do="pick_reason"][data-value="{reason}"]').click()
    return await chat.settled_answer(before)


async def reviewed_report(chat: Chat, party: str, words: str) -> ReportForm:
    """Fill in a report about a payment, in the customer's own words, up to its review."""
    form = await begin_report(chat, party, "other")
    await form.expect_step("words")
    await form.fill("description", words)
    await form.next("review")
    return form


async def open_ticket(chat: Chat, party: str, words: str) -> str:
    """Report a payment and agree; return the ticket's number."""
    form = await reviewed_report(chat, party, words)
    return await (await form.submit()).accept()
