"""What is allowed and due in training. Pure."""

from istidrak.training.rules.attendance import CAME, attendance_rate, is_group_full, may_open_roll_call

__all__ = ["CAME", "attendance_rate", "is_group_full", "may_open_roll_call"]
