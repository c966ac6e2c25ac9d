"""After a long outage: whoever has an open report hears that what they wrote meanwhile may be lost upstream."""

from datetime import datetime

import structlog

from intake.conversing.performance import Performance
from intake.conversing.room import ChatRoom
from intake.conversing.turns import go_on
from intake.dialogue.events import WereOffline
from intake.dialogue.states import as_text
from storage.store import SealBroken

_log = structlog.get_logger(__name__)


def tell_outage(room: ChatRoom, *, channel: str, since: datetime, until: datetime) -> None:
    """Tell all who have an open report in this channel; the same outage is told once. Raises StoreError."""
    with room.store.read() as tx:
        open_ = tx.conversations.with_open_tickets(channel)
    for conversation_id in open_:
        try:
            with room.store.write() as tx:
                conversation = tx.conversations.hold(conversation_id)
                if conversation is None:
                    continue
                cause = f"offline-{as_text(since)}-{conversation_id}"
                work = Performance(room=room, tx=tx, conversation=conversation, cause=cause)
                go_on(work, lambda facts: WereOffline(facts=facts, since=since, until=until))
        except SealBroken:
            _log.error("chat.state_broken", conversation_id=conversation_id)
    _log.warning("telegram.were_offline", told=len(open_))
