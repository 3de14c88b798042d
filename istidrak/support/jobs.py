"""What runs beside the pages: instalments too large for a request to compute."""

from istidrak.support import running
from istidrak.support.models import Run


def compute_next() -> Run | None:
    """Compute the instalment that has waited longest; returns its run, None when none waits."""
    run = running.take()
    return running.carry_out(run) if run is not None else None
