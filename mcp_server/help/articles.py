"""Articles: one TOML file each, in every language, validated and filled with the facts at load."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from mcp_server.help.errors import HelpContentError
from mcp_server.help.facts import Fact, render
from mcp_server.help.markdown import markdown_problems
from schemas.base import Schema
from schemas.help import HelpArticle, HelpCategory, HelpLink, Url
from schemas.identity import Locale


class ArticleText(Schema):
    """An article's words in one language, before the facts are filled in."""

    title: str
    summary: str
    body: str


class DeeplinkSource(Schema):
    """A button and its label in each language."""

    url: Url
    en: str
    sn: str
    nd: str


class Keywords(Schema):
    """Phrases customers use, by language; for search only."""

    en: list[str] = Field(min_length=3)
    sn: list[str] = Field(min_length=3)
    nd: list[str] = Field(min_length=3)


class ArticleSource(Schema):
    """One file under ``articles/``."""

    id: str
    category: HelpCategory
    deeplinks: list[DeeplinkSource] = Field(default_factory=list[DeeplinkSource])
    keywords: Keywords
    en: ArticleText
    sn: ArticleText
    nd: ArticleText

    def text(self, language: Locale) -> ArticleText:
        """Return the words in ``language``."""
        return {Locale.EN: self.en, Locale.SN: self.sn, Locale.ND: self.nd}[language]

    def phrases(self, language: Locale) -> list[str]:
        """Return what search compares with: the title and the keyword phrases."""
        keywords = {
            Locale.EN: self.keywords.en,
            Locale.SN: self.keywords.sn,
            Locale.ND: self.keywords.nd,
        }
        return [self.text(language).title, *keywords[language]]


@dataclass(frozen=True, slots=True)
class LoadedArticle:
    """An article ready to be shown, and the phrases search finds it by."""

    id: str
    by_language: Mapping[Locale, HelpArticle]
    phrases: tuple[str, ...]
    """Titles and keyword phrases of all languages."""
    summaries: tuple[str, ...]


def read_source(path: Path) -> ArticleSource:
    """Read one article file.

    Raises:
        HelpContentError: it is not TOML, a field is missing or unknown, or its id is not its name.
    """
    try:
        source = ArticleSource.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise HelpContentError(f"{path.name}: {error}") from error
    if source.id != path.stem:
        raise HelpContentError(f"{path.name}: id {source.id!r} is not the file's name")
    return source


def load_articles(folder: Path, facts: Mapping[str, Fact]) -> list[LoadedArticle]:
    """Read every ``*.toml`` in ``folder``, in order of name.

    Raises:
        HelpContentError: an article is malformed, names an unknown fact or leaves the Markdown
            subset; or there is no article.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise HelpContentError(f"no article in {folder}")
    return [_fill(read_source(path), facts) for path in paths]


def _fill(source: ArticleSource, facts: Mapping[str, Fact]) -> LoadedArticle:
    articles = {language: _article(source, language, facts) for language in Locale}
    return LoadedArticle(
        id=source.id,
        by_language=articles,
        phrases=tuple(phrase for language in Locale for phrase in source.phrases(language)),
        summaries=tuple(article.summary for article in articles.values()),
    )


def _article(source: ArticleSource, language: Locale, facts: Mapping[str, Fact]) -> HelpArticle:
    text = source.text(language)
    try:
        article = HelpArticle(
            id=source.id,
            category=source.category,
            language=language,
            title=render(text.title, facts),
            summary=render(text.summary, facts),
            body=render(text.body.strip(), facts),
            links=[
                HelpLink(label=getattr(link, language.value), url=link.url)
                for link in source.deeplinks
            ],
        )
    except (HelpContentError, ValidationError) as error:
        raise HelpContentError(f"{source.id}.{language}: {error}") from error
    problems = markdown_problems(article.body)
    if problems:
        raise HelpContentError(f"{source.id}.{language}: {'; '.join(problems)}")
    return article
