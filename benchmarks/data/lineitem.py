"""TPC-H's table ``lineitem``, by ``tpchgen-cli``, as CSV, JSON Lines and Parquet.

Scale 1 is the benchmark's own: 6,001,215 rows, 725 MB of CSV. The rows depend on the scale alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.data.making import put_in_place, write
from benchmarks.places import table


def make(scale: float, suffix: str) -> None:
    """Write the file of a scale in a format, and the CSV file, if they are not there yet."""
    text, path = table("lineitem", scale, "csv"), table("lineitem", scale, suffix)
    if not text.exists() and not path.exists():
        with put_in_place(text) as beside, beside.open("wb") as file:
            options = [f"--scale-factor={scale:g}", "--tables=lineitem", "--stdout", "--quiet"]
            subprocess.run([_generator(), "csv", *options], stdout=file, check=True)
    if not path.exists():
        write(f"FROM read_csv('{text}')", path)


def _generator() -> str:
    beside_python = Path(sys.executable).with_name("tpchgen-cli")
    found = str(beside_python) if beside_python.exists() else shutil.which("tpchgen-cli")
    if found is None:
        sys.exit("The benchmarks' data needs tpchgen-cli: pip install 'etlframe[bench]'")
    return found
