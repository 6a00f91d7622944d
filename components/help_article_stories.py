"""Stories of the help article."""

from components.story import CardProps, Story, card_set
from schemas.help import HelpArticle, HelpCategory, HelpLink
from schemas.identity import Locale
from schemas.widgets import HelpArticleCard


def _article(
    identity: str,
    title: str,
    body: str,
    *links: HelpLink,
    category: HelpCategory = HelpCategory.REVERSALS,
    language: Locale = Locale.EN,
) -> CardProps:
    return CardProps(
        widget=HelpArticleCard(
            id="w-1",
            article=HelpArticle(
                id=identity,
                category=category,
                language=language,
                title=title,
                summary=title,
                body=body,
                links=list(links),
            ),
        )
    )


_REVERSAL = """If you sent money to the wrong number, act **at once**. Once it is spent it is gone.

1. Open the payment and tap *Get help*.
2. Say which number you meant.
3. Wait: the person who got it must agree.

- Nobody from EcoCash asks for your PIN.
- You can follow your report here."""

_LONG = "\n\n".join(
    f"## {n}. {part}\n\n{_REVERSAL}"
    for n, part in enumerate(("Before you report", "While you wait", "When it is over"), 1)
)

STORIES = card_set(
    "help_article",
    "An article of the help centre, in the language in which it was found. It is written in that "
    "language and not translated, so it is the same in every language of the gallery.",
    [
        Story(
            name="with-links",
            props=_article(
                "wrong-number",
                "I sent money to the wrong number",
                _REVERSAL,
                HelpLink(label="Open my payments", url="ecocash://transactions"),
                HelpLink(label="Call 114", url="tel:114"),
            ),
        ),
        Story(
            name="partial",
            props=_article(
                "keep-pin-secret",
                "Keep your PIN to yourself",
                "EcoCash never asks for it.",
                category=HelpCategory.SECURITY,
            ),
            notes="One sentence, and nothing to open.",
        ),
        Story(
            name="shona",
            props=_article(
                "pin-reset",
                "Ndakanganwa PIN yangu",
                "Hapana munhu kuEcoCash anogona kuona PIN yako. **Unoita itsva.**\n\n"
                "1. Dhaira `*151#` panhamba yako.\n2. Sarudza pakanzi *PIN reset*.",
                HelpLink(label="Fona 114", url="tel:114"),
                category=HelpCategory.ACCOUNT,
                language=Locale.SN,
            ),
        ),
        Story(
            name="too-long",
            props=_article(
                "how-reversal-works",
                "How a reversal works, how long it takes, and what to do if nobody answers you",
                f"{_LONG}\n\nSee [the tariff in full](https://www.example.com/{'tariff-' * 9}2026) "
                "or dial `*151*2*7*" + "0" * 40 + "#`.",
                HelpLink(label="Open the list of all of my payments here", url="ecocash://all"),
                HelpLink(label="Call the help desk on one hundred and 14", url="tel:114"),
            ),
            notes="Long words and addresses break, and never push the card wider than the phone.",
        ),
    ],
)
