"""Roles as plain classes: who holds them, at what level, and whether they read personal files at all."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class Role:
    """A role. `level`: 4 national, 3 regional, 2 provincial, 1 local; nobody grants one above their own level."""

    code: str = ""
    label: Any = ""
    holder: Any = ""  # a sentence for the accounts page
    level: int = 1
    of: str = ""  # the kind of organisation it is held in
    reads_files: bool = True
    is_personal: bool = False  # sees only what is tied to the user: own groups, people handed to own team


class NationalOfficer(Role):
    code, label = "NATIONAL_OFFICER", _("National officer")
    holder = _("Works in the ministry's unit for remedial schooling; opens seasons and sets parameters.")
    level, of = 4, "MINISTRY"


class AcademyOfficer(Role):
    code, label = "ACADEMY_OFFICER", _("Academy officer")
    holder = _("Follows remedial schooling for a regional academy.")
    level, of = 3, "ACADEMY"


class DirectorateOfficer(Role):
    code, label = "DIRECTORATE_OFFICER", _("Directorate officer")
    holder = _("Runs the non-formal education office of a provincial directorate.")
    level, of = 2, "DIRECTORATE"


class AcademyDirector(Role):
    code, label = "ACADEMY_DIRECTOR", _("Academy director")
    holder = _("Directs a regional academy: signs, and reads its territory.")
    level, of = 3, "ACADEMY"


class ProvincialDirector(Role):
    code, label = "PROVINCIAL_DIRECTOR", _("Provincial director")
    holder = _("Directs a provincial directorate: signs, and reads its territory.")
    level, of = 2, "DIRECTORATE"


class SchoolHead(Role):
    code, label = "SCHOOL_HEAD", _("School head")
    holder = _("Heads a school: sends its list, marks who came back, answers referrals.")
    of = "SCHOOL"


class FieldAgent(Role):
    code, label = "FIELD_AGENT", _("Field agent")
    holder = _("Visits families for a team of the campaign; sees the people handed to that team.")
    of, is_personal = "DIRECTORATE", True


class AssociationManager(Role):
    code, label = "ASSOCIATION_MANAGER", _("Association manager")
    holder = _("Manages an association that runs centres; sees the learners of its centres.")
    of = "ASSOCIATION"


class CentreDirector(Role):
    code, label = "CENTRE_DIRECTOR", _("Centre director")
    holder = _("Directs a centre: enrols, forms groups, confirms arrivals.")
    of = "CENTRE"


class Educator(Role):
    code, label = "EDUCATOR", _("Educational facilitator")
    holder = _("Teaches groups of a centre; sees the learners of those groups.")
    of, is_personal = "CENTRE", True


class VocationalTrainer(Role):
    code, label = "VOCATIONAL_TRAINER", _("Vocational trainer")
    holder = _("Teaches a trade to groups of a centre; sees the learners of those groups.")
    of, is_personal = "CENTRE", True


class SocialWorker(Role):
    code, label = "SOCIAL_WORKER", _("Social worker")
    holder = _("Accompanies the learners of a centre and their families; keeps restricted notes.")
    of = "CENTRE"


class Psychologist(Role):
    code, label = "PSYCHOLOGIST", _("Psychologist")
    holder = _("Gives psychological support to the learners of a centre; keeps restricted notes.")
    of = "CENTRE"


class GuidanceCounsellor(Role):
    code, label = "GUIDANCE_COUNSELLOR", _("Guidance counsellor")
    holder = _("Interviews and tests young people of a directorate, and prepares their orientation.")
    level, of = 2, "DIRECTORATE"


class InsertionOfficer(Role):
    code, label = "INSERTION_OFFICER", _("Insertion officer")
    holder = _("Looks for schools, trainings and jobs for the learners of a centre, and follows them afterwards.")
    of = "CENTRE"


class PlanningOfficer(Role):
    code, label = "PLANNING_OFFICER", _("Planning officer")
    holder = _("Works in the planning and school-map service of a directorate; reads totals, never a personal file.")
    level, of, reads_files = 2, "DIRECTORATE", False


class LegalOfficer(Role):
    code, label = "LEGAL_OFFICER", _("Legal affairs and partnership officer")
    holder = _("Keeps the agreements of a directorate and what they promise; opens no personal file.")
    level, of, reads_files = 2, "DIRECTORATE", False


class GeneralSupervisor(Role):
    code, label = "GENERAL_SUPERVISOR", _("General supervisor")
    holder = _("Enters the absences of a school's pupils, month by month, and hands them to its head.")
    of = "SCHOOL"


class SupportCoordinator(Role):
    code, label = "SUPPORT_COORDINATOR", _("Provincial coordinator of social support")
    holder = _("Follows registrations and absences of a directorate's schools; computes and prepares instalments.")
    level, of = 2, "DIRECTORATE"


class SupportUnit(Role):
    code, label = "SUPPORT_UNIT", _("Social support unit")
    holder = _("Runs the transfers for the country: follows instalments, sends them to the payer and reconciles.")
    level, of = 4, "MINISTRY"


class PaymentChecker(Role):
    code, label = "PAYMENT_CHECKER", _("Payment checker")
    holder = _("Checks an instalment that another prepared, and signs it as checked.")
    level, of = 4, "MINISTRY"


class PaymentAuthoriser(Role):
    code, label = "PAYMENT_AUTHORISER", _("Payment authoriser")
    holder = _("Authorises an instalment that two others prepared and checked.")
    level, of = 4, "MINISTRY"


class ComplaintsOfficer(Role):
    code, label = "COMPLAINTS_OFFICER", _("Complaints officer")
    holder = _("Receives the objections of families of a directorate and answers them in time.")
    level, of = 2, "DIRECTORATE"


class Payer(Role):
    code, label = "PAYER", _("Payer")
    holder = _("Fetches payment files and hands in return files; opens no personal file.")
    level, of, reads_files = 4, "MINISTRY", False


class Reader(Role):
    code, label = "READER", _("Reader of totals")
    holder = _("Reads totals of a territory, never a person's file.")
    level, of, reads_files = 3, "ACADEMY", False


class SystemAdministrator(Role):
    code, label = "SYSTEM_ADMINISTRATOR", _("System administrator")
    holder = _("Keeps the program running and makes accounts; opens no personal file.")
    level, of, reads_files = 4, "MINISTRY", False


ROLES: dict[str, type[Role]] = {
    role.code: role
    for role in (
        NationalOfficer,
        AcademyOfficer,
        DirectorateOfficer,
        AcademyDirector,
        ProvincialDirector,
        SchoolHead,
        FieldAgent,
        AssociationManager,
        CentreDirector,
        Educator,
        VocationalTrainer,
        SocialWorker,
        Psychologist,
        InsertionOfficer,
        GuidanceCounsellor,
        PlanningOfficer,
        LegalOfficer,
        GeneralSupervisor,
        SupportCoordinator,
        SupportUnit,
        PaymentChecker,
        PaymentAuthoriser,
        ComplaintsOfficer,
        Payer,
        Reader,
        SystemAdministrator,
    )
}
TERRITORIAL = (NationalOfficer, AcademyOfficer, DirectorateOfficer, AcademyDirector, ProvincialDirector)
EVERYBODY = tuple(ROLES.values())
