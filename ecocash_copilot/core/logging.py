"""Logs: one JSON object a line on standard output, from our code and every library alike."""

import logging
import sys
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

from ecocash_copilot.core.redaction import redact

_QUIET = (
    "httpcore",
    "httpx",
    "pymongo",
    "asyncio",
    "mcp",
    "engineio",
    "socketio",
    "watchfiles",
    "uvicorn.access",
)
"""Libraries whose everyday lines say nothing that ours do not."""


def configure_logging(level: str = "INFO") -> None:
    """Send everything that is logged to standard output. Safe to call again.

    Servers install handlers of their own when they start: call this once more after that.

    Args:
        level: the least severe level to keep, such as ``INFO``.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    formatter = ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    _adopt_libraries()


def _adopt_libraries() -> None:
    """Take away the handlers that libraries gave their own loggers."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
            if name.partition(".")[0] in _QUIET:
                logger.setLevel(logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def get_logger(name: str) -> BoundLogger:
    """Return a logger: ``log.info("turn_started", run_id=...)``."""
    return structlog.stdlib.get_logger(name)


@contextmanager
def log_context(**ids: str) -> Generator[None]:
    """Put ids on every line logged inside: ``request_id``, ``session_ref``, ``run_id``."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def redact_event(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> EventDict:
    """Structlog processor: hide what must not be logged."""
    return {name: redact(value, name) for name, value in event.items()}
