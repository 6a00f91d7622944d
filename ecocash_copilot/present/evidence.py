"""What a customer is told when a file can't be added, in their language."""

from ecocash_copilot.core.files import Reason
from ecocash_copilot.core.i18n import translator
from schemas.identity import Locale

_REFUSALS: dict[Reason, str] = {
    "empty": "This file is empty. Choose another one.",
    "type": "Only photos (JPG, PNG, WebP) and PDF files can be added.",
    "heic": "This kind of photo can't be opened everywhere. Send it as JPG, or as a screenshot.",
    "broken": "This file is damaged, or did not arrive whole. Send it again, or a screenshot.",
    "too_many_pixels": "This photo is too large. Send a smaller one, or a screenshot.",
    "protected": "This PDF has a password. Save it without the password, or send a screenshot.",
    "active": "This PDF holds programs or other files. Send a screenshot instead.",
}


def file_refusal(reason: Reason, locale: Locale) -> str:
    """Say why a file can't be added, and what to send instead."""
    return translator(locale)(_REFUSALS[reason])


_LIMITS = {
    "too_large": "A file may have 5 MB at most. Send a smaller one, or a screenshot.",
    "conflict": "A report takes three files at most. Remove one first.",
    "rate_limited": "You have sent many files. Please wait, then try again.",
}


def upload_refusal(code: str, locale: Locale) -> str:
    """Say why an upload was refused, given the error's code; empty where there are no own words."""
    text = _LIMITS.get(code)
    return translator(locale)(text) if text else ""
