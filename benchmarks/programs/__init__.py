"""The contenders: each job as a small program, written as those who like its tool would.

Every program is run as ``python -m benchmarks.programs.<family>.with_<tool> JOB SOURCE TARGET``;
the suffixes of the files tell their formats.
"""
