"""Lists and their records, as for people."""

from ..people.conftest import make_file, record_list

__all__ = ["make_file", "record_list"]
