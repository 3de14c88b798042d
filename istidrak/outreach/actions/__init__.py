"""What happens while looking for young people and following them: each verb in one of the files beside."""

from istidrak.outreach.actions.campaigns import (
    change_campaign,
    change_stop,
    create_campaign,
    create_team,
    end_campaign,
    hand_over,
    plan_stop,
    set_team_members,
    start_campaign,
)
from istidrak.outreach.actions.capturing import capture
from istidrak.outreach.actions.lists import expect_lists, mark, nothing_to_report, receive_list, save_marks
from istidrak.outreach.actions.opening import open_case, open_cases
from istidrak.outreach.actions.visiting import write_visits

__all__ = [  # noqa: RUF022 - in the order of the work
    "expect_lists",
    "receive_list",
    "nothing_to_report",
    "open_cases",
    "open_case",
    "mark",
    "save_marks",
    "create_campaign",
    "change_campaign",
    "start_campaign",
    "end_campaign",
    "create_team",
    "set_team_members",
    "plan_stop",
    "change_stop",
    "hand_over",
    "capture",
    "write_visits",
]
