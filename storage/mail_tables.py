"""The table of what mails tell of their senders, apart from the messages themselves."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sealing import Form, Sealed, Token
from storage.tables import Base
from storage.types import Id


class MailFactsTable(Base):
    """What one mail tells of its sender, and who else it names. Addresses in it are sealed.

    It belongs to the ticket that its message belongs to, wherever that is moved.
    """

    __tablename__ = "mail_facts"
    __table_args__ = (
        CheckConstraint("trust IN ('confirmed', 'doubtful', 'unknown')", name="trust_known"),
        CheckConstraint("witness IN ('server', 'signature', 'nobody')", name="witness_known"),
        Index("ix_mail_facts_junk", "inbox_id", sqlite_where=text("junk <> ''"), postgresql_where=text("junk <> ''")),
    )
    inbox_id: Mapped[int] = mapped_column(Id, ForeignKey("inbox.id"), primary_key=True, autoincrement=False)
    trust: Mapped[str]
    witness: Mapped[str]
    found: Mapped[str]
    """Results of checks, in the words of RFC 8601."""
    spoofing: Mapped[list[str]]
    junk: Mapped[str]
    """The header by which the server called it junk, or empty."""
    people: Mapped[Token | None] = mapped_column(Sealed(Form.VALUES))
    """Other recipients, and who seems to have written what is forwarded."""
