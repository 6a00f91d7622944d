"""What was trained once is found again, and whatever else lies there is not taken for it."""

from pathlib import Path
from subprocess import run
from sys import executable

import numpy as np
import pytest

from ecocash_copilot.agent.offline.classifier import Classifier, load_classifier, restore_or_train


def assert_same(one: Classifier, other: Classifier) -> None:
    assert one.index == other.index
    assert one.rarity == other.rarity
    assert np.array_equal(one.weights.matrix, other.weights.matrix)
    assert np.array_equal(one.weights.bias, other.weights.bias)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what a first start kept."""
    place = tmp_path_factory.mktemp("trained") / "new"
    restore_or_train(place)
    return place


def test_a_later_start_finds_what_the_first_trained(folder: Path):
    [kept] = folder.iterdir()
    before = kept.stat().st_mtime_ns
    assert_same(restore_or_train(folder), load_classifier())
    assert kept.stat().st_mtime_ns == before


def test_a_later_start_does_without_scikit_learn(folder: Path):
    code = (
        "import sys; from pathlib import Path\n"
        "from ecocash_copilot.agent.offline.classifier import restore_or_train\n"
        "import mcp_server.help\n"
        "restore_or_train(Path(sys.argv[1]))\n"
        "sys.exit('sklearn' in sys.modules)"
    )
    assert run([executable, "-c", code, str(folder)], check=False).returncode == 0


@pytest.mark.parametrize("damage", ["empty", "cut", "no archive", "overwritten"])
def test_a_damaged_file_is_trained_anew_and_replaced(folder: Path, damage: str, tmp_path: Path):
    [kept] = folder.iterdir()
    whole = kept.read_bytes()
    damaged = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "no archive": b"\x80\x04" + whole[2:],
        "overwritten": whole[:2000] + bytes(64) + whole[2064:],
    }
    (tmp_path / kept.name).write_bytes(damaged[damage])
    assert_same(restore_or_train(tmp_path), load_classifier())
    assert [each.name for each in tmp_path.iterdir()] == [kept.name]
    assert (tmp_path / kept.name).read_bytes() == whole


def test_what_was_trained_on_other_examples_is_neither_used_nor_left(folder: Path, tmp_path: Path):
    [kept] = folder.iterdir()
    (tmp_path / f"{'0' * 32}.npz").write_bytes(b"other examples")
    assert_same(restore_or_train(tmp_path), load_classifier())
    assert [each.name for each in tmp_path.iterdir()] == [kept.name]


def test_where_nothing_can_be_written_it_works_all_the_same(tmp_path: Path):
    place = tmp_path / "a file"
    place.write_text("in the way", "utf-8")
    assert_same(restore_or_train(place), load_classifier())
    assert place.read_text("utf-8") == "in the way"
