"""Writes that are tried again where the driver does not do it itself."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar, cast

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, NetworkTimeout, ServerSelectionTimeoutError

_Write = TypeVar("_Write", bound=Callable[..., Coroutine[Any, Any, Any]])


def _twice(write: _Write) -> _Write:
    @wraps(write)
    async def tried(*args: Any, **kwargs: Any) -> Any:
        try:
            return await write(*args, **kwargs)
        except (NetworkTimeout, ServerSelectionTimeoutError):
            raise
        except AutoReconnect:
            # What belongs to a transaction is tried again with all of it.
            if kwargs.get("session") is not None:
                raise
            return await write(*args, **kwargs)

    return cast("_Write", tried)


class SecondTry(AsyncCollection[dict[str, Any]]):
    """A collection whose single writes are tried once more when their connection breaks.

    The server may have done what it could not answer any more. So each write has to come to the
    same when it is done twice: by its own ``_id``, by its condition, or by setting what it sets.
    Only the count of declined dialogs does not; it would offer a person sooner.
    """

    insert_one = _twice(AsyncCollection[dict[str, Any]].insert_one)
    update_one = _twice(AsyncCollection[dict[str, Any]].update_one)
    replace_one = _twice(AsyncCollection[dict[str, Any]].replace_one)
    delete_one = _twice(AsyncCollection[dict[str, Any]].delete_one)
