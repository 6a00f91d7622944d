"""The product's style sheets, in the order in which a page loads them.

``tokens.css`` names every colour, size and duration; the others only use those names
(``docs/design-language.md``).
"""

TOKENS = "/tokens.css"

CHAT_STYLES = (TOKENS, "/chat.css", "/cards.css", "/forms.css", "/icons.css")
"""The global style sheets: in every page of the frontend, inside its HTML."""

BOARD_STYLES = ("/board.css", "/ticket.css")
"""What the support board adds; customers load none of it."""

DEMO_STYLES = ("/demo.css",)
"""What the demo and the home page of dev add."""

STAFF_STYLES = (TOKENS, "/staff.css")
"""The staff's sign-in, which is not a page of the frontend."""
