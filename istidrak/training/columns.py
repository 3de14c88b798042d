"""The facts that the rules of enrolling read."""

from django.utils.translation import gettext_lazy as _

from istidrak.base.rules import Column

PROGRAMME = Column("programme", str, _("Programme"))
HAS_GUARDIAN = Column("has_guardian", bool, _("Guardian"))
HAS_AGREEMENT = Column("has_agreement", bool, _("Declaration and agreement to enrol"))
