import uuid

import pytest

from istidrak.help import actions


@pytest.fixture
def ask(db):
    """A question asked through the action, by a user, from a page."""

    def make(by, body="كيف أسجل الغياب المبرر؟", page="training:groups", path="/groups/"):
        return actions.ask(by=by, page=page, path=path, body=body, submission=uuid.uuid4())

    return make
