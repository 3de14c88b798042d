"""What orientation keeps: interviews and tests, decisions, class councils, sittings, life projects."""

from istidrak.orientation.models.councils import CouncilRequest
from istidrak.orientation.models.decisions import Decision, Exit
from istidrak.orientation.models.interviews import Interview, PlacementTest, TestDomain, TradeWish
from istidrak.orientation.models.life import LifeProject
from istidrak.orientation.models.sittings import Sitting, SittingLine, SittingMember

__all__ = [
    "CouncilRequest",
    "Decision",
    "Exit",
    "Interview",
    "LifeProject",
    "PlacementTest",
    "Sitting",
    "SittingLine",
    "SittingMember",
    "TestDomain",
    "TradeWish",
]
