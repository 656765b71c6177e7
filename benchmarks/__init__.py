"""The benchmarks: jobs run by etlframe and by hand-written programs, side by side.

``python -m benchmarks --help`` tells the commands; docs/performance.md tells the method.
"""
