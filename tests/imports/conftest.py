"""What the tests of writing lists share: a folder of files of their own, rows to compare, secrets to look for."""

import gzip
from pathlib import Path

import pytest
from django.apps import apps


@pytest.fixture
def kept_files(settings, tmp_path):
    """Files of this test only."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def holds(kept_files):
    """True when a text stands anywhere: in any column of any table, in any stored file."""

    def look(text: str) -> list[str]:
        found = []
        for model in apps.get_models(include_auto_created=True):
            for row in model._base_manager.values():
                if any(text in str(value) for value in row.values()):
                    found.append(model._meta.label)
        for path in Path(kept_files).rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                content = gzip.decompress(data) if path.suffix == ".gz" else data
                if text.encode() in content or text in path.name:
                    found.append(path.name)
        return found

    return look
