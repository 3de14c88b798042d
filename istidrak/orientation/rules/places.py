"""Which kind of body receives for an exit, and which programmes it leads to. Pure."""

RECEIVING = {
    "FULL_TRAINING": {"CENTRE"},
    "SHORT_TRAINING": {"CENTRE", "TRAINING_BODY"},
    "OTHER_PROGRAMME": {"CENTRE", "SCHOOL"},
    "FORMAL_SCHOOL": {"SCHOOL"},
}
# A return to school has no programme, or accompaniment of those who came back.
LEADING_TO = {
    "FULL_TRAINING": {"NEW_GENERATION"},
    "SHORT_TRAINING": {"NEW_GENERATION"},
    "OTHER_PROGRAMME": {"BASIC", "ACCOMPANIMENT"},
    "FORMAL_SCHOOL": {"ACCOMPANIMENT"},
}


def go_together(exit: str, receiver_kind: str | None, programme: str | None) -> bool:
    """Does the exit lead to this kind of body and to this programme (codes; None: none chosen)?"""
    if exit not in RECEIVING or receiver_kind not in RECEIVING[exit]:
        return False
    return exit == "FORMAL_SCHOOL" if programme is None else programme in LEADING_TO[exit]
