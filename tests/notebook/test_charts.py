from __future__ import annotations

import base64
import struct

import matplotlib as mpl
import matplotlib.pyplot as plt

from etlframe.notebook.charts import draw_charts


def test_pictures_are_png_with_their_titles_beside_them(log):
    bars, durations = draw_charts(log.history())
    assert (bars.title, durations.title) == ("Runs per day", "Duration of each run")
    kind, encoded = bars.address.split(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(encoded).startswith(b"\x89PNG")


def test_pictures_have_no_background_so_that_they_suit_both_themes(log):
    alpha = 6
    for each in draw_charts(log.history()):
        color_type = struct.unpack(">B", each.png[25:26])[0]
        assert color_type == alpha


def test_drawing_leaves_pyplot_and_the_users_style_alone(log):
    before = dict(mpl.rcParams)
    draw_charts(log.history())
    assert not plt.get_fignums()
    assert dict(mpl.rcParams) == before
