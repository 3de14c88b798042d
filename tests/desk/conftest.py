"""Lists that officers drop, for the tests of their pages."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from istidrak.organisations.models import Organisation
from tests.imports.make_drop import MadeSchool, registry_workbook
from tests.imports.make_lists import youths


@pytest.fixture
def kept_files(settings, tmp_path):
    """Files of this test only."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def put_schools(directorate):
    """Schools of the directorate, from made ones."""

    def put(made):
        return [
            Organisation.objects.create(
                kind="SCHOOL",
                code=school.code,
                name_ar=school.name_ar,
                name_fr=school.name_fr,
                place=directorate.place,
                place_number=directorate.place.low,
                parent=directorate,
            )
            for school in made
        ]

    return put


@pytest.fixture
def made_list():
    """(name, bytes) of a registry's export for a school."""

    def make(school, seed=1, rows=5):
        made = MadeSchool(school.code, school.name_ar, school.name_fr)
        return registry_workbook(made, youths(random.Random(seed), rows))

    return make


@pytest.fixture
def drop(kept_files, client_of, season):
    """Drop files as a user; returns the answer of the page."""

    def drop(user, files, **more):
        uploads = [SimpleUploadedFile(name, data) for name, data in files]
        form = {"files": uploads, "season": season.pk, "received_on": "2025-11-20", **more}
        return client_of(user).post(reverse("desk:import_new"), form)

    return drop
