"""The tables of the audit chain. Triggers refuse every change of `audit` and every deletion but of old segments."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base
from storage.types import Handle, Id


class AuditTable(Base):
    """The acts, in one chain without gaps. `at` is text, `detail` canonical JSON: every byte of them is hashed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_actor", "actor", "seq"), Index("ix_audit_subject", "subject", "seq"))
    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str] = mapped_column(Handle)
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(Handle)
    detail: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHeadTable(Base):
    """The end of the chain, one row: whoever adds to the chain locks it first."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Id)
    hash: Mapped[str]


class AuditCheckpointTable(Base):
    """Up to where acts were removed for their age; each checkpoint is an act of the chain, too."""

    __tablename__ = "audit_checkpoints"
    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    hash: Mapped[str]
    at: Mapped[str]
