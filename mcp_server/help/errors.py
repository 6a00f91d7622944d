"""What can go wrong with the content of the help centre."""


class HelpContentError(ValueError):
    """An article, a fact or a concept is malformed; the message names the file and the fault."""
