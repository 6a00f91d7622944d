"""What the pages of a development installation show."""

from schemas.views import View


class DemoCustomer(View):
    """Somebody to sign in as."""

    id: str = ""
    name: str = ""
    language: str = ""
    """Its name, such as ``Shona``."""
    about: str = ""
    """What is in their wallet."""


class DemoLanguage(View):
    """A language that the app can ask for."""

    code: str = ""
    name: str = ""


class Place(View):
    """A page to open."""

    address: str = ""
    name: str = ""
    about: str = ""
