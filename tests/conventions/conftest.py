import pytest

from .world import build


@pytest.fixture
def make_world(db):
    """The rows and users of a province, made once a test for each."""
    made = {}

    def make(where):
        if where not in made:
            made[where] = build(where)
        return made[where]

    return make
