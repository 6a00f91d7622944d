"""Why a change does not happen. None says anything about what belongs to somebody else."""

from typing import Any, ClassVar

from ecocash_copilot.core.errors import Conflict
from schemas.consent import Consent, ConsentState

_WORDS = {
    ConsentState.PENDING: "The customer has not answered yet.",
    ConsentState.DECLINED: "The customer declined. Nothing was changed.",
    ConsentState.EXPIRED: "The time to confirm is over. Nothing was changed.",
}


class ConsentRefused(Conflict):
    """A consent that does not allow the call now."""

    code: ClassVar[str] = "consent_refused"

    def __init__(self, state: ConsentState | None = None, detail: str | None = None) -> None:
        """``state`` is where the customer's own consent stands; None where there is none."""
        self.state = state
        super().__init__(detail or (_WORDS.get(state) if state else None))


class ConsentMissing(ConsentRefused):
    """No consent of this customer binds exactly this call: unknown, another's, other arguments."""

    code = "consent_missing"
    default_detail = "The customer has not confirmed exactly this. Nothing was changed."


class AlreadyExecuted(ConsentRefused):
    """It was done before, once, under this consent."""

    code = "consent_executed"

    def __init__(self, consent: Consent) -> None:
        """``consent`` is executed."""
        super().__init__(ConsentState.EXECUTED, "This was done already and is not done again.")
        self.consent = consent
        self.result: dict[str, Any] = consent.result or {}
        """What the tool returned then, as JSON values."""


class ConsentFailed(ConsentRefused):
    """What was agreed to could not be done; nothing was changed."""

    code = "consent_failed"

    def __init__(self, consent: Consent) -> None:
        """``consent`` is failed; its ``failure`` says why."""
        super().__init__(ConsentState.FAILED, consent.failure)
        self.consent = consent


class ConsentDecided(Conflict):
    """The customer answered otherwise before."""

    code = "consent_decided"

    def __init__(self, consent: Consent) -> None:
        """``consent`` as it stands."""
        self.consent = consent
        declined = consent.state is ConsentState.DECLINED
        super().__init__("You declined this before." if declined else "You confirmed this before.")
