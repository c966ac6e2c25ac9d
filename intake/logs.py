"""Structured logs: one JSON object a line on standard error, and no text, address, token or key in them.

Our own events name facts only. What other libraries log is reduced to its template, because their arguments can hold
addresses or texts: `"sent to %s"` stays, the address does not.
"""

import logging
import sys
from typing import Any, Literal

import structlog


class _TemplateOnly(logging.Filter):
    """Drops the arguments of a foreign record, its traceback text, and messages that were formatted beforehand."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        template = record.msg if isinstance(record.msg, str) and record.args else "(text withheld)"
        record.msg = f"{record.name}: {template}" + (f" [{kind}]" if kind else "")
        record.args, record.exc_info, record.exc_text, record.stack_info = None, None, None, None
        return True


def set_up_logs(*, level: str, style: Literal["json", "console"]) -> None:
    """Configure structlog and the standard library's logging, once, for the whole process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_TemplateOnly())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
