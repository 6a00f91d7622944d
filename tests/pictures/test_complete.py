"""Each story and each page has its pictures, and each picture its story or page."""

from tests.pictures.story_pages import story_pictures
from tests.pictures.test_pages import page_pictures
from tests.support.pictures import ALBUM


def test_no_picture_is_missing_or_left_over() -> None:
    wanted = story_pictures() | page_pictures()
    if ALBUM.accepting:
        ALBUM.delete_orphans(wanted)
        return
    kept = ALBUM.names()
    assert not wanted - kept, "without a picture; make pictures takes it"
    assert not kept - wanted, "pictures of nothing; make pictures deletes them"
