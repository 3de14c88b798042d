"""When a choice departs from what the criteria say. Pure."""

from collections.abc import Mapping

MET, NOT_MET = "MET", "NOT_MET"


def departs_from_aid(outcomes: Mapping[str, str], chosen: str) -> bool:
    """Does the chosen exit depart from the aid? `outcomes` are MET, NOT_MET or UNKNOWN by exit.

    It does when a criterion of it is not met, and when it is still to complete while another exit is fully met.
    Choosing what is to complete where nothing is open is no departure: unknown is not no.
    """
    if outcomes[chosen] == MET:
        return False
    return outcomes[chosen] == NOT_MET or MET in outcomes.values()
