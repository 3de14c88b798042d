"""Who opens the pages of social support."""

from istidrak.accounts.roles import (
    TERRITORIAL,
    ComplaintsOfficer,
    GeneralSupervisor,
    Payer,
    PaymentAuthoriser,
    PaymentChecker,
    PlanningOfficer,
    SchoolHead,
    SupportCoordinator,
    SupportUnit,
)

SCHOOLS = (SchoolHead, GeneralSupervisor)
# Registrations and absences: the school's own people write, the coordinator validates, the territory reads.
READS_PUPILS = (*TERRITORIAL, *SCHOOLS, SupportCoordinator, SupportUnit, ComplaintsOfficer, PlanningOfficer)
READS_SHEETS = tuple(role for role in READS_PUPILS if role.reads_files)  # sheets name pupils
FOLLOWS_SCHOOLS = tuple(role for role in (*TERRITORIAL, SupportCoordinator, SupportUnit) if role.reads_files)
# Instalments: who takes part in one, and who reads what became of it.
SIGNS = (SupportCoordinator, PaymentChecker, PaymentAuthoriser)
READS_LINES = (*TERRITORIAL, *SIGNS, SupportUnit, ComplaintsOfficer)  # of pupils, by name
READS_INSTALMENTS = (*READS_LINES, PlanningOfficer)
# Payments name those who are paid. Files are for the payer and for the unit that sends them.
READS_PAYMENTS = (*SIGNS, SupportUnit, ComplaintsOfficer)
HANDLES_FILES = (SupportUnit, Payer)
