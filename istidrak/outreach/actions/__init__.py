"""What happens while looking for young people and following them: each verb in one of the files beside."""

from istidrak.outreach.actions.opening import open_case, open_cases

__all__ = ["open_case", "open_cases"]
