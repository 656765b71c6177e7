"""Make tables: ``python -m benchmarks.data TABLE FORMAT SCALE SCALE ...``.

A program of its own, so that the process that measures stays small: on Linux the memory of a new
process is counted from that of the one that started it.
"""

from __future__ import annotations

import sys

from benchmarks.data import flights, groups, lineitem, tiny

MAKERS = {"lineitem": lineitem, "groups": groups, "flights": flights, "tiny": tiny}


if __name__ == "__main__":
    name, suffix, *scales = sys.argv[1:]
    for scale in scales:
        MAKERS[name].make(float(scale), suffix)
