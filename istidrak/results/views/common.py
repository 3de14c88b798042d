"""Who opens the pages of results."""

from istidrak.accounts.roles import (
    TERRITORIAL,
    AssociationManager,
    CentreDirector,
    Educator,
    GuidanceCounsellor,
    NationalOfficer,
    VocationalTrainer,
)

ENTERS = (Educator, VocationalTrainer, CentreDirector)
VALIDATES = (CentreDirector,)
READS = (*TERRITORIAL, GuidanceCounsellor, AssociationManager, *ENTERS)
KEEPS_CURRICULA = (NationalOfficer,)
