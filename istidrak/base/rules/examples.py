"""A rule's table of examples: what an officer can read, and what the tests run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from istidrak.base.rules.outcomes import Decision
from istidrak.base.rules.parameters import Parameters
from istidrak.base.rules.rule import Example, Rule, decide


@dataclass(frozen=True)
class FailedExample:
    """An example whose rule answers otherwise than its sentence promises."""

    example: Example
    decision: Decision

    def __str__(self) -> str:
        findings = ", ".join(f"{f.code} {f.outcome}" for f in self.decision.findings)
        difference = f"expected {self.example.outcome}, found {self.decision.outcome}"
        return f"{self.decision.rule}: {self.example.sentence!s}: {difference} ({findings})"


def check_examples(rule: Rule, parameters: Parameters) -> list[FailedExample]:
    """Decide every example of the rule, under the law of its own day if it has one; return those that come out
    otherwise.

    Raises ValueError when an example names a fact the rule does not read: a misspelt fact would pass for an
    unknown one.
    """
    readable = {column.name for column in rule.needs}
    failed = []
    for example in rule.examples:
        if unread := sorted(example.facts.keys() - readable):
            raise ValueError(f"{rule.code}: {example.sentence!s}: the rule does not read {', '.join(unread)}")
        decision = decide_example(rule, example, parameters)
        if decision.outcome is not example.outcome:
            failed.append(FailedExample(example, decision))
    return failed


def decide_example(rule: Rule, example: Example, parameters: Parameters) -> Decision:
    """The rule's answer for an example, on the example's own day; without one, on the day of `parameters`."""
    law = replace(parameters, as_of=example.as_of) if example.as_of else parameters
    return decide(rule, example.facts, law)
