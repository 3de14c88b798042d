"""The facts that completing reads."""

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column

ATTENDANCE = Column("attendance_percent", int, _("Attendance over the roll-calls taken"))
POLES_WANTED = Column("poles_wanted", int, _("Poles of the curriculum version"))
POLES_EVALUATED = Column("poles_evaluated", int, _("Poles with a validated evaluation"))
EVALUATIONS_OPEN = Column("evaluations_open", int, _("Evaluations not validated yet"))
