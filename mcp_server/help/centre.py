"""The help centre as the rest of the server uses it: loaded once, then pure."""

from pathlib import Path

from mcp_server.help.articles import LoadedArticle, load_articles
from mcp_server.help.concepts import Lexicon, load_lexicon
from mcp_server.help.facts import Fact, load_facts
from mcp_server.help.search import HelpHit, HelpIndex
from schemas.help import HelpArticle
from schemas.identity import Locale

_FOLDER = Path(__file__).parent


class HelpCentre:
    """Articles in every language, filled with the facts, and a search over them."""

    def __init__(
        self, articles: list[LoadedArticle], facts: dict[str, Fact], lexicon: Lexicon
    ) -> None:
        """Index ``articles``, which must not be empty."""
        self._articles = {article.id: article for article in articles}
        self._index = HelpIndex(articles, lexicon)
        self.unconfirmed_facts = tuple(key for key, fact in facts.items() if not fact.confirmed)
        """Keys of the facts that the operator has yet to check."""

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Ids of all articles, sorted."""
        return tuple(self._articles)

    def article(self, article_id: str, language: Locale) -> HelpArticle | None:
        """Return the article in ``language``, or None where there is none of that id."""
        found = self._articles.get(article_id)
        return found.by_language[language] if found else None

    def search(self, query: str, language: Locale, limit: int = 3) -> list[HelpHit]:
        """Return up to ``limit`` articles in ``language``, best first; empty when none fits."""
        return self._index.search(query, language, limit)


def load_help_centre(folder: Path = _FOLDER) -> HelpCentre:
    """Read ``facts.toml``, ``concepts.toml`` and ``articles/`` under ``folder``, and index them.

    Raises:
        HelpContentError: the content is malformed; the message names the file and the fault.
    """
    facts = load_facts(folder / "facts.toml")
    articles = load_articles(folder / "articles", facts)
    return HelpCentre(articles, facts, load_lexicon(folder / "concepts.toml"))
