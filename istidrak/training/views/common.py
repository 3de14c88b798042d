"""Who opens the pages of training, and with which scope an answer is taken."""

from istidrak.accounts.roles import (
    TERRITORIAL,
    AcademyOfficer,
    AssociationManager,
    CentreDirector,
    DirectorateOfficer,
    Educator,
    GuidanceCounsellor,
    InsertionOfficer,
    NationalOfficer,
    Psychologist,
    SocialWorker,
    VocationalTrainer,
)

ACCOMPANIES = (SocialWorker, Psychologist)
# Who enters, validates or reads results; their pages are higher up and take the same list.
READS_RESULTS = (*TERRITORIAL, GuidanceCounsellor, AssociationManager, CentreDirector, Educator, VocationalTrainer)
READS_GROUPS = (*READS_RESULTS, InsertionOfficer, *ACCOMPANIES)
TEACHES = (CentreDirector, Educator, VocationalTrainer)
FOLLOWS_ABSENCES = (CentreDirector, SocialWorker)
READS_ABSENCES = (*TERRITORIAL, CentreDirector, Educator, VocationalTrainer, *ACCOMPANIES)
CLOSES_DAYS = (NationalOfficer, AcademyOfficer, DirectorateOfficer, CentreDirector)
DECLARES = (
    CentreDirector,
    Educator,
    VocationalTrainer,
    InsertionOfficer,
)  # and brings the proof; the directorate verifies
READS_INSERTIONS = (*TERRITORIAL, CentreDirector, InsertionOfficer)
READS_LEARNERS = (*READS_INSERTIONS, Educator, VocationalTrainer, *ACCOMPANIES)
# Requests for a place, waiting lists, services. The social worker completes; the answer is the director's.
READS_REQUESTS = (*TERRITORIAL, AssociationManager, CentreDirector, SocialWorker)
COMPLETES_REQUESTS = (CentreDirector, SocialWorker)
