"""An engine that a machine lacks."""

import os
import subprocess
import sys

import pytest

ASK = """
from istidrak.base.rules.engines import EngineAbsent, engine
try:
    with engine("spark"):
        pass
except EngineAbsent as error:
    print("absent:", *error.args)
"""


def test_spark_without_java_is_an_absent_engine(tmp_path):
    """Without it an officer of a machine without Java reads a trace of a program instead of what to install."""
    pytest.importorskip("pyspark")
    # A process of its own: Spark keeps the Java that an earlier test started.
    here = {**os.environ, "JAVA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", ASK], env=here, capture_output=True, text=True, check=False)
    assert done.stdout == "absent: spark\n", done.stderr[-2000:]
