"""Every invariant of the store, one named check each. A check yields a sentence for each fault; none means it holds.

Those for any table go over the tables that there are: a new table needs no new check for its references and rules.
"""

from storage.checks.auditing import AUDIT_CHECKS
from storage.checks.base import Check, Result, examine
from storage.checks.counting import COUNT_CHECKS
from storage.checks.filing import FILING_CHECKS
from storage.checks.searching import SEARCH_CHECKS
from storage.checks.tables import TABLE_CHECKS

__all__ = ["CHECKS", "Check", "Result", "examine"]

CHECKS: tuple[Check, ...] = (*TABLE_CHECKS, *FILING_CHECKS, *SEARCH_CHECKS, *COUNT_CHECKS, *AUDIT_CHECKS)
"""All checks, in the order in which they are told."""
