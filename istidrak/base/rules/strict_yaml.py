"""YAML read so that what an officer wrote is what the program understands, or a sentence saying why not.

Plain YAML 1.1 keeps the last of two equal keys, reads 010 as eight and `no` as false. Here these are errors.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml


class UnreadableText(ValueError):
    """The text is not YAML, or holds something that could be read in two ways. The message says the line."""


class _StrictLoader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _at(key, "a name is a single word")
            if key.value in seen:
                raise _at(key, f"'{key.value}' is written twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _at(node: yaml.Node, problem: str) -> UnreadableText:
    return UnreadableText(f"line {node.start_mark.line + 1}: {problem}")


def _whole_number(loader: _StrictLoader, node: yaml.ScalarNode) -> int:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)", node.value):
        raise _at(node, f"'{node.value}' is not a plain whole number; write a code between quotes")
    return int(node.value)


def _truth(loader: _StrictLoader, node: yaml.ScalarNode) -> bool:
    if node.value not in ("true", "false"):
        raise _at(node, f"write true or false, or '{node.value}' between quotes if it is a word")
    return bool(node.value == "true")


_StrictLoader.add_constructor("tag:yaml.org,2002:int", _whole_number)
_StrictLoader.add_constructor("tag:yaml.org,2002:bool", _truth)


def read(text: str) -> Any:
    """The content of a YAML text. Raises UnreadableText with the line."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except UnreadableText:
        raise
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day such as 2025-02-30
        raise UnreadableText(str(error)) from error
