"""The engines that run rules: Polars by default, DuckDB, or Apache Spark for a deployment that outgrew one machine.

Each reads Parquet into frames that Narwhals knows, and writes frames as one Parquet file. Whatever the engine, the
file holds the same rows in the same order with the same types.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import polars as pl

NAMES = ("polars", "duckdb", "spark")


class EngineAbsent(RuntimeError):
    """The engine asked for is not installed on this machine; `args[0]` is its name."""


class JavaAbsent(EngineAbsent):
    """Spark is installed and finds no Java to run on."""


class Engine(Protocol):
    """Reads and writes Parquet; what happens between is written in Narwhals."""

    def read(self, path: Path) -> Any:
        """A frame over a Parquet file; nothing is loaded before it is needed."""

    def write(self, frames: Sequence[Any], path: Path, order: Sequence[str]) -> None:
        """Write the rows of the frames, in this total order, as one Parquet file."""


class Polars:
    """The engine of one machine; rows stream from disk to disk."""

    def read(self, path: Path) -> pl.LazyFrame:
        return pl.scan_parquet(path)

    def write(self, frames: Sequence[pl.LazyFrame], path: Path, order: Sequence[str]) -> None:
        pl.concat(frames).sort(order).sink_parquet(path)


class DuckDB:
    """The same rows by SQL; its own connection, so that two runs never meet."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def read(self, path: Path) -> Any:
        return self.connection.read_parquet(str(path))

    def write(self, frames: Sequence[Any], path: Path, order: Sequence[str]) -> None:
        # Narwhals hands back a relation; its own parts are unions of relations of one connection.
        rows = reduce(lambda left, right: left.union(right), frames)
        rows.order(", ".join(f'"{name}"' for name in order)).write_parquet(str(path))


class Spark:
    """The same rows on a cluster, or on the cores of this machine."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def read(self, path: Path) -> Any:
        return self.session.read.parquet(str(path))

    def write(self, frames: Sequence[Any], path: Path, order: Sequence[str]) -> None:
        rows = reduce(lambda left, right: left.unionByName(right), frames).orderBy(*order)
        with tempfile.TemporaryDirectory(dir=path.parent) as parts:
            rows.write.mode("overwrite").parquet(f"{parts}/rows")
            # Part files are numbered in the order of the sort.
            pl.scan_parquet(sorted(Path(parts, "rows").glob("part-*.parquet"))).sink_parquet(path)


@contextmanager
def engine(name: str, master: str = "local[*]") -> Iterator[Engine]:
    """The engine of that name, closed at the end. `master` is Spark's.

    Raises EngineAbsent when it is not installed, JavaAbsent when Spark finds no Java, ValueError for a name that is
    none of NAMES.
    """
    if name == "polars":
        yield Polars()
    elif name == "duckdb":
        with _duckdb() as connection:
            yield DuckDB(connection)
    elif name == "spark":
        with _spark(master) as session:
            yield Spark(session)
    else:
        raise ValueError(name)


@contextmanager
def _duckdb() -> Iterator[Any]:
    try:
        import duckdb
    except ImportError as error:
        raise EngineAbsent("duckdb") from error
    with duckdb.connect() as connection:
        yield connection


@contextmanager
def _spark(master: str) -> Iterator[Any]:
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineAbsent("spark") from error
    asked = (
        SparkSession.builder.master(master)
        .appName("istidrak")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "Africa/Casablanca")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.log.level", "ERROR")
    )
    try:
        session = asked.getOrCreate()
    except PySparkRuntimeError as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        raise JavaAbsent("spark") from error
    try:
        yield session
    finally:
        session.stop()
