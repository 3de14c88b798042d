"""Who opens the pages of results."""

from istidrak.accounts.roles import CentreDirector, Educator, NationalOfficer, VocationalTrainer
from istidrak.training.views.common import READS_RESULTS as READS

ENTERS = (Educator, VocationalTrainer, CentreDirector)
VALIDATES = (CentreDirector,)
KEEPS_CURRICULA = (NationalOfficer,)

__all__ = ["ENTERS", "KEEPS_CURRICULA", "READS", "VALIDATES"]
