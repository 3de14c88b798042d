"""Invented schools, associations, centres and accounts of the demo. The province is real, nothing else is."""

import datetime as dt

from istidrak.accounts.models import Assignment, User
from istidrak.organisations import actions
from istidrak.organisations.models import Organisation
from istidrak.territory.models import Place

DIRECTORATE = "321"
# Communes of the province, codes and names of the 2024 census.
COMMUNES = (
    ("113210101", "المرسى", "El Marsa"),
    ("113210103", "العيون", "Laâyoune"),
    ("113210301", "بوكراع", "Boukraa"),
    ("113210303", "الدشيرة", "Dcheira"),
    ("113210305", "فم الواد", "Foum El Oued"),
)
SCHOOLS = (
    ("90101K", "مدرسة النخيل", "Ecole Annakhil", "PRIMARY", "113210103"),
    ("90102L", "مدرسة الواحة", "Ecole Al Waha", "PRIMARY", "113210101"),
    ("90103M", "مدرسة الأمل", "Ecole Al Amal", "PRIMARY", "113210305"),
    ("90104N", "إعدادية الشروق", "Collège Achourouk", "LOWER_SECONDARY", "113210103"),
    ("90105P", "إعدادية الصحراء", "Collège Assahra", "LOWER_SECONDARY", "113210103"),
    ("90106R", "إعدادية المحيط", "Collège Al Mouhit", "LOWER_SECONDARY", "113210101"),
    ("90107S", "إعدادية الكثبان", "Collège Al Kothbane", "LOWER_SECONDARY", "113210303"),
    ("90108T", "ثانوية الساقية التجريبية", "Lycée Assaquia (démo)", "UPPER_SECONDARY", "113210103"),
)
CENTRES = (
    ("DEMO-C1", "مركز حي الوحدة", "Centre Hay Al Wahda", "113210103", "DEMO-A1", 60),
    ("DEMO-C2", "مركز المرسى", "Centre El Marsa", "113210101", "DEMO-A2", 40),
)
ASSOCIATIONS = (
    ("DEMO-A1", "جمعية جسور التجريبية", "Association Joussour (démo)"),
    ("DEMO-A2", "جمعية المبادرة التجريبية", "Association Al Moubadara (démo)"),
)
# One account per role: user name, role, kind and code of the body, invented name in both scripts.
ACCOUNTS = (
    ("national", "NATIONAL_OFFICER", "MINISTRY", "MINISTRY", "نادية الشرقاوي", "Nadia Cherkaoui"),
    ("academie", "ACADEMY_OFFICER", "ACADEMY", "A11", "محمد لمين بوعيدة", "Mohamed Lamine Bouaida"),
    ("bureau", "DIRECTORATE_OFFICER", "DIRECTORATE", DIRECTORATE, "فاطمة الزهراء العلوي", "Fatima-Zahra Alaoui"),
    ("directeur.academie", "ACADEMY_DIRECTOR", "ACADEMY", "A11", "عبد الرحيم بناني", "Abderrahim Bennani"),
    ("directeur.provincial", "PROVINCIAL_DIRECTOR", "DIRECTORATE", DIRECTORATE, "مصطفى الإدريسي", "Mustapha Idrissi"),
    ("ecole", "SCHOOL_HEAD", "SCHOOL", "90104N", "خديجة أمزيان", "Khadija Ameziane"),
    ("terrain", "FIELD_AGENT", "DIRECTORATE", DIRECTORATE, "سيدي أحمد الركيبي", "Sidi Ahmed Rguibi"),
    ("association", "ASSOCIATION_MANAGER", "ASSOCIATION", "DEMO-A1", "لطيفة بوزيان", "Latifa Bouziane"),
    ("centre", "CENTRE_DIRECTOR", "CENTRE", "DEMO-C1", "يوسف التازي", "Youssef Tazi"),
    ("educateur", "EDUCATOR", "CENTRE", "DEMO-C1", "سمية الفاسي", "Soumia El Fassi"),
    ("formateur", "VOCATIONAL_TRAINER", "CENTRE", "DEMO-C1", "حسن أوبلا", "Hassan Oubella"),
    ("social", "SOCIAL_WORKER", "CENTRE", "DEMO-C1", "مريم الناصري", "Meryem Naciri"),
    ("psychologue", "PSYCHOLOGIST", "CENTRE", "DEMO-C1", "سلمى برادة", "Salma Berrada"),
    ("insertion", "INSERTION_OFFICER", "CENTRE", "DEMO-C1", "رشيد الحسني", "Rachid Hassani"),
    ("orientation", "GUIDANCE_COUNSELLOR", "DIRECTORATE", DIRECTORATE, "إبراهيم آيت علي", "Brahim Ait Ali"),
    ("planification", "PLANNING_OFFICER", "DIRECTORATE", DIRECTORATE, "زينب الكتاني", "Zineb Kettani"),
    ("juridique", "LEGAL_OFFICER", "DIRECTORATE", DIRECTORATE, "عمر بنجلون", "Omar Benjelloun"),
    ("surveillant", "GENERAL_SUPERVISOR", "SCHOOL", "90104N", "عبد الكريم الزروالي", "Abdelkrim Zerouali"),
    ("appui", "SUPPORT_COORDINATOR", "DIRECTORATE", DIRECTORATE, "نعيمة الوردي", "Naima El Ouardi"),
    ("appui.national", "SUPPORT_UNIT", "MINISTRY", "MINISTRY", "كمال السباعي", "Kamal Sbai"),
    ("controle", "PAYMENT_CHECKER", "MINISTRY", "MINISTRY", "سناء الغازي", "Sanae El Ghazi"),
    ("ordonnateur", "PAYMENT_AUTHORISER", "MINISTRY", "MINISTRY", "توفيق المنصوري", "Taoufik Mansouri"),
    ("reclamations", "COMPLAINTS_OFFICER", "DIRECTORATE", DIRECTORATE, "هند العمراني", "Hind El Amrani"),
    ("payeur", "PAYER", "MINISTRY", "MINISTRY", "جواد بنشقرون", "Jaouad Benchekroun"),
    ("lecteur", "READER", "ACADEMY", "A11", "هشام المرابط", "Hicham Lamrabet"),
    ("systeme", "SYSTEM_ADMINISTRATOR", "MINISTRY", "MINISTRY", "أنس الصقلي", "Anas Skalli"),
)


def load_communes() -> None:
    """Write the communes of the demo's province."""
    province = Place.objects.get(kind="PROVINCE", code=DIRECTORATE)
    for code, ar, fr in COMMUNES:
        Place.objects.update_or_create(
            kind="COMMUNE",
            code=code,
            defaults={"name_ar": ar, "name_fr": fr, "low": int(code), "high": int(code), "parent": province},
        )


def make_accounts() -> dict[str, User]:
    """One account per role, without a password: the demo's sign-in page opens them by a button."""
    users = {}
    for username, code, kind, body, name_ar, name_fr in ACCOUNTS:
        organisation = Organisation.objects.get(kind=kind, code=body)
        user = User.objects.create_user(username, None, name_ar=name_ar, name_fr=name_fr)
        User.objects.filter(pk=user.pk).update(is_demo=True)
        Assignment.objects.create(user=user, role=code, organisation=organisation, since=dt.date(2025, 7, 1))
        users[code] = user
    return users


def make_bodies(by: User) -> dict[str, Organisation]:
    """Schools, associations and centres of the demo, by code."""
    directorate = Organisation.objects.get(kind="DIRECTORATE", code=DIRECTORATE)
    places = {place.code: place for place in Place.objects.filter(kind="COMMUNE")}
    rows = [
        {"code": code, "name_ar": ar, "name_fr": fr, "cycle": cycle, "commune_code": commune}
        for code, ar, fr, cycle, commune in SCHOOLS
    ]
    actions.put_schools(by=by, directorate=directorate, rows=rows)
    for code, ar, fr in ASSOCIATIONS:
        actions.create_body(by=by, kind="ASSOCIATION", code=code, name_ar=ar, name_fr=fr, place=places["113210103"])
    for code, ar, fr, commune, association, capacity in CENTRES:
        actions.create_body(
            by=by,
            kind="CENTRE",
            code=code,
            name_ar=ar,
            name_fr=fr,
            place=places[commune],
            capacity=capacity,
            parent=Organisation.objects.get(kind="ASSOCIATION", code=association),
        )
    bodies = {body.code: body for body in Organisation.objects.filter(kind__in=["SCHOOL", "CENTRE", "ASSOCIATION"])}
    return {**bodies, DIRECTORATE: directorate}
