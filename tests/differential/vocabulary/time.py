"""Words of ``.dt``."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, column

TIME: list[Word] = [
    column("`.dt.year`", lambda d: d["t"].dt.year, "t.dt.year"),
    column("`.dt.day_of_week`", lambda d: d["t"].dt.day_of_week, "t.dt.day_of_week"),
]
