"""Lines of an instalment on another engine: whoever checks a payment with it must find the same centimes."""

import gc
import os
import shlex
import shutil
import sys

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from istidrak.base.rules.engines import EngineAbsent
from istidrak.support.computing import compute, digest_of
from istidrak.support.facts import CHILDREN, KINDS, open_facts

MONTHS = (201809, 201810)  # two are joined like four, and Spark plans each for seconds
JAVA = "wants Java: apt-get install openjdk-17-jre-headless, and make spark"
# One thread and tables of some hundred rows: what helps a cluster only costs here, and so does compiling well.
QUICK = {
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "512m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture
def engine(request, monkeypatch):
    """The name of an engine that runs on this machine; everything about Spark stands in one test, with one Java."""
    if request.param == "spark":
        pytest.importorskip("pyspark", reason=JAVA)
        home = os.environ.get("JAVA_HOME")
        if not shutil.which("java", path=f"{home}/bin" if home else None):
            pytest.skip(JAVA)
        given = [f"--conf {name}={shlex.quote(value)}" for name, value in QUICK.items()]
        monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", " ".join([*given, "pyspark-shell"]))
    return request.param


def lines_of_both(folder, tmp_path, engine):
    """The lines of the facts, which must be the same by Polars and by the other engine; by Polars."""
    ours = compute(open_facts(folder), school_year=2018, instalment=1, out=tmp_path / "polars.parquet", months=MONTHS)
    try:
        theirs = compute(
            open_facts(folder),
            school_year=2018,
            instalment=1,
            out=tmp_path / "other.parquet",
            months=MONTHS,
            engine=engine,
            master="local[1]",
        )
    except EngineAbsent:
        pytest.skip(f"wants {engine}: make {engine}")
    lines = pl.read_parquet(tmp_path / "polars.parquet")
    assert theirs == ours
    assert pl.read_parquet(tmp_path / "other.parquet").equals(lines)
    assert digest_of(tmp_path / "other.parquet") == ours.lines_digest
    return lines


@pytest.mark.parametrize("engine", ["duckdb", "spark"], indirect=True)
def test_another_engine_gives_the_same_lines_to_the_byte_of_their_text(make_facts, tmp_path, engine):
    """First every pupil where they are now; then with pupils who moved, in a part of the territory."""
    folder, _rows = make_facts(3, pupils=150)
    lines = lines_of_both(folder, tmp_path, engine)
    assert {1, 0, -1} == set(lines["outcome"]), "the facts must try all three"

    folder, rows = make_facts(5, pupils=100)
    schema = {"month": pl.Int64, **{column.name: KINDS[column.kind] for column in CHILDREN}}
    moved = [
        {**row, "month": 201810, "school": 3, "level": "1AP", "cycle": "PRIMARY"} for row in rows["children"][:40]
    ]
    pl.DataFrame(moved, schema=schema).write_parquet(folder / "moves.parquet")
    (folder / "territory.json").write_text('{"low": 113210000, "high": 113210025}')
    lines = lines_of_both(folder, tmp_path, engine)
    october = lines.filter((pl.col("month") == 201810) & (pl.col("child") <= 40))
    assert set(october["level"]) == {"1AP"}
    assert lines["place_number"].max() <= 113_210_025


# pyspark.java_gateway leaves the pipe open that it gave to a Java that never began.
@pytest.mark.filterwarnings("ignore:unclosed file <_io.BufferedWriter:ResourceWarning")
def test_without_java_the_commands_say_what_is_missing(make_facts, tmp_path, monkeypatch):
    """Whoever asks for Spark on a machine without Java would read a page of somebody else's program."""
    context = pytest.importorskip("pyspark", reason=JAVA).SparkContext
    monkeypatch.setattr(context, "_gateway", None)  # a Java that another test has started
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "dirname", "env"):  # Spark looks for Java by a script
        (tools / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    facts, lines = make_facts(1, pupils=10)[0], tmp_path / "lines.parquet"
    asked = {"facts": facts, "instalment": "2018-19/1", "engine": "spark"}
    with pytest.raises(CommandError, match="Spark مثبت، لكن Java 17"):
        call_command("run", "transfers", out=lines, **asked)
    assert not lines.exists()
    call_command("run", "transfers", out=lines, **{**asked, "engine": "polars"})
    with pytest.raises(CommandError, match="Spark مثبت، لكن Java 17"):
        call_command("replay", asked.pop("instalment"), lines=lines, **asked)
    gc.collect()  # the pipes are found open here, not in another test


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_an_engine_that_is_not_installed_is_said_with_its_own_command(make_facts, tmp_path, monkeypatch, name):
    """Told of Java, whoever asked for DuckDB goes and looks for Java."""
    monkeypatch.setitem(sys.modules, {"spark": "pyspark.sql"}.get(name, name), None)
    with pytest.raises(CommandError, match=f"غير مثبت.*make {name}") as said:
        call_command("run", "transfers", facts=make_facts(1, pupils=10)[0], instalment="2018-19/1", engine=name,
                     out=tmp_path / "lines.parquet")  # fmt: skip
    assert ("Java" in str(said.value)) == (name == "spark")
