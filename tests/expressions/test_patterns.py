from __future__ import annotations

import re
import subprocess
import sys

import pytest

from etlframe.expressions.patterns import why_slow

QUICK = [
    "", "a", "a|b", "(?i)abc", r"^\d{4}-\d{2}-\d{2}$", r"^(\d+)-(\d+)-(\d+)$", r"\d+\.?\d*",
    r"\s+$",
    r"^\s*(\w+)\s*-\s*(\d+)\s*$", "[^,]+,[^,]+,[^,]+", "(?P<year>[0-9]+)", "(?:ab)+c", "x{2}",
    "x{1,3}y{,2}", r"https?://[^/]+/", "^A|^B|C$", "a{", "[]a]", r"[\]x]+", "(?:\\d{3}-)*", ".*",
    "^.*$", r"\bword\b", "(cash|card)-(a|b)", "(x|y)?z", r"\$\d+\.\d\d",
]  # fmt: skip
SLOW = [
    "(a+)+$", "(a*)*", "(a|a)*$", "(a|ab)+", "([a-z]+)*!", "(a?){30}", "(x+x+)+y", "((a))*b*a*a*c",
    "a*a*a*b", ".*.*.*x", ".*a.*b.*c", "a?a?a?aaa", "(a|a)(a|a)(a|a)b", r"(\w*\w*\w*!)",
    "(a{2,}){3}", "a{99999}", "(?:a{0,9}){0,9}", "(?=a)", "(?<!a)b", r"(a)\1", "(?P<x>a)(?P=x)",
    "(?(1)a)", "(?>a+)", "[", "(", "*", "(?x) a", "a" * 501, "(?:(?:a?b?)?c?)?(?:a?b?c?)",
]  # fmt: skip


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_that_people_write_is_taken(pattern: str) -> None:
    assert why_slow(pattern) is None


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_can_run_for_ever_says_why_not(pattern: str) -> None:
    assert why_slow(pattern)


def test_what_is_taken_is_quick_on_texts_made_to_slow_it() -> None:
    """In a process of its own, as nothing stops a pattern that hangs."""
    code = (
        "import re, sys\n"
        "for pattern in sys.argv[1:]:\n"
        "    for letters in ('a', '1', ' ', 'x', '1.', 'ab', ',', 'a-', '\\t '):\n"
        "        for end in ('', '!', 'b'):\n"
        "            re.search(pattern, letters * 300 + end)\n"
    )
    subprocess.run([sys.executable, "-c", code, *QUICK], check=True, timeout=60)


def test_a_pattern_that_is_refused_does_hang() -> None:
    code = "import re; re.search('(a+)+$', 'a' * 40 + '!')"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=1)
    assert re.search("(a+)+$", "a" * 10)
