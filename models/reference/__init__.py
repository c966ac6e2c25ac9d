"""The reference data: places, specialties, themes, the ISF, red flags, helplines and promises.

The files beside this module are the shipped ones. An operator's overlay folder may hold files of the same names whose
rows add to or override them; `providers-ods.csv`, written by `intake providers import`, comes in between.
"""

from models.reference.loading import load_reference
from models.reference.rows import ReferenceDataError

__all__ = ["ReferenceDataError", "load_reference"]
