"""Whoever sees no colours can tell any two states of a component apart."""

from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from components.story import all_story_sets
from tests.support.camera import THEMES, Theme
from tests.support.pictures import ALBUM, opened

CLEAR = 64
"""Steps of 255 between two greys that nobody takes for one: the edge of a letter has them, and
red beside green of the same lightness has not."""
LEAST = 12
"""Pixels that differ as clearly: fewer than one small letter has."""


@cache
def pictures() -> list[str]:
    """Return the names of all pictures, in order."""
    return sorted(ALBUM.names())


def greys(component: str, theme: Theme) -> dict[str, npt.NDArray[np.int16]]:
    """Return the pictures of a component in shades of grey, by their names."""
    return {
        name: np.asarray(opened(ALBUM.path_of(name)).convert("L"), dtype=np.int16)
        for name in pictures()
        if name.startswith(f"{component}/") and name.endswith(theme)
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("component", sorted(all_story_sets()))
def test_two_states_differ_in_more_than_colour(component: str, theme: Theme) -> None:
    alike: list[str] = []
    for (one, first), (other, second) in combinations(greys(component, theme).items(), 2):
        if first.shape != second.shape:
            continue
        apart = np.abs(first - second)
        if apart.any() and np.count_nonzero(apart >= CLEAR) < LEAST:
            alike.append(f"{one} and {other}")
    assert not alike, "told apart by colour alone:\n" + "\n".join(alike)
