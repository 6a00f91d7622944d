"""One browser and one product for all pictures of a worker."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.pictures.story_pages import StoryPage
from tests.support.camera import VIEWPORTS, Kind, launch_steady
from tests.support.product import Product


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium that draws alike everywhere."""
    async with async_playwright() as playwright:
        running = await launch_steady(playwright)
        yield running
        await running.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product in its production build, with demo data that nothing else changes."""
    settings = {"MONGODB_URI": "memory://", "MESSAGES_PER_MINUTE": "100000"}
    with Product(tmp_path_factory.mktemp("pictures"), settings) as running:
        yield running


@pytest.fixture(scope="session")
def story_pages(browser: Browser, product: Product) -> dict[Kind, StoryPage]:
    """A page of each kind that shows one story after the other."""
    return {kind: StoryPage(browser, product.url, kind) for kind in VIEWPORTS}
