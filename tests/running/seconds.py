"""What a run cost, in seconds of processor by folder, its twenty slowest tests, and what it could not do.

The clock of a shared machine tells who else was at work; seconds of processor tell what a test costs. Counted are
the process of the tests and every process below it: commands, a served program, a browser. A database server is
nobody's child: its work is not in the sums.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SLOWEST = 20
WANTING = "wants "  # how the reason of a skip begins when the machine lacks something: "wants Java: how to get it"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """What the system says of a process: seconds of its own, and of the children that it has waited for."""

    parent: str
    own: float
    waited: float


def _below(pid: str) -> Iterator[str]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:  # it ended meanwhile
        return
    for thread in threads:
        try:
            children = Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)


def _read(pid: str) -> Process | None:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    own, waited = (sum(map(int, after_name[at : at + 2])) / _TICKS for at in (11, 13))
    return Process(after_name[1], own, waited)


class Meter:
    """Seconds of processor of this process and of every one below it, those included that nobody waited for.

    A child's seconds go to its parent when the parent waits for it. A browser and some servers do not wait for
    theirs: what such a child had spent when it was last seen is kept here.
    """

    def __init__(self) -> None:
        self.me = str(os.getpid())
        self.seen: dict[str, Process] = {}
        self.lost = 0.0

    def read(self) -> float:
        """Seconds so far; never fewer than before."""
        found = {pid: _read(pid) for pid in (self.me, *_below(self.me))}
        now = {pid: process for pid, process in found.items() if process}
        if self.me not in now:  # a system without /proc tells of this process and the children it has waited for
            return sum(os.times()[:4])
        expected: dict[str, float] = defaultdict(float)
        for pid, before in self.seen.items():
            if pid not in now:
                expected[self._living_above(before, now)] += before.own + before.waited
        for pid, seconds in expected.items():
            self.lost += max(0.0, seconds - (now[pid].waited - self.seen[pid].waited))
        self.seen = now
        return self.lost + sum(process.own + process.waited for process in now.values())

    def _living_above(self, process: Process, now: dict[str, Process]) -> str:
        parent = process.parent
        while parent not in now or parent not in self.seen:
            above = self.seen.get(parent)
            if above is None:
                return self.me
            parent = above.parent
        return parent


class Seconds:
    """A plugin: measures in each process of tests, adds up and prints in the one that started them."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.meter = Meter()
        self.by_test: dict[str, float] = {}
        self.wanting: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        item.stash[_BEFORE] = self.meter.read()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        try:
            return (yield)
        finally:
            self.meter.read()  # before the pages of a test are closed and what they spent is nobody's

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        try:
            return (yield)
        finally:
            item.user_properties.append(("processor", self.meter.read() - item.stash[_BEFORE]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self.by_test[report.nodeid] = dict(report.user_properties).get("processor", 0.0)
        elif report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            if reason.startswith(WANTING):
                self.wanting[reason] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self.by_test) > 1:
            self._print_costs(terminalreporter)
        if self.wanting:
            terminalreporter.section("not tried on this machine", yellow=True)
        for reason, number in self.wanting.items():
            terminalreporter.write_line(f"{number} tests: {reason}" if number > 1 else f"1 test: {reason}")

    def _print_costs(self, terminal: pytest.TerminalReporter) -> None:
        folders: dict[str, float] = defaultdict(float)
        for name, seconds in self.by_test.items():
            folders["/".join(name.split("::")[0].split("/")[:2])] += seconds
        terminal.section("seconds of processor")
        for name, seconds in _largest(self.by_test)[:SLOWEST]:
            terminal.write_line(f"{seconds:8.1f}  {name}")
        terminal.section("by folder")
        for folder, seconds in _largest(folders):
            terminal.write_line(f"{seconds:8.1f}  {folder}")
        passed = time.monotonic() - self.began
        total = sum(self.by_test.values())
        terminal.write_line(f"{total:8.1f}  in all, of {passed:.0f} s by the clock; {len(self.by_test)} tests")


_BEFORE = pytest.StashKey[float]()


def _largest(costs: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(costs.items(), key=lambda row: -row[1])
