"""The dashboard's pictures: drawn without pyplot, so that no notebook shows them a second time."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

from etlframe.frozen import frozen
from etlframe.notebook.palette import QUIET
from etlframe.notebook.plots import plot_durations, plot_history

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

# Half of a notebook's usual width; twice the dots, for screens that have them.
INCHES = (5.0, 2.7)
DOTS = 192
COLORED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
STYLE: dict[Any, Any] = {
    **dict.fromkeys(COLORED, QUIET),
    "font.size": 9,
    "axes.facecolor": "none",
}


@frozen
class Picture:
    """A plot as a PNG without background, beside its title as text.

    Attributes:
        title: What it shows.
        png: The picture.
    """

    title: str
    png: bytes

    @property
    def address(self) -> str:
        """The picture as a ``data:`` address, which needs no file beside the notebook."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


def draw_charts(runs: pd.DataFrame) -> list[Picture]:
    """Draw the runs over time by status, and their durations.

    Args:
        runs: A history (see ``RunLog.history``).
    """
    return [_draw(plot_history, runs), _draw(plot_durations, runs)]


def _draw(plot: Callable[..., Axes], runs: pd.DataFrame) -> Picture:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The user's own style must not make the picture unreadable on either theme.
    with rc_context(STYLE):
        figure = Figure(figsize=INCHES, layout="constrained")
        canvas, stream = FigureCanvasAgg(figure), BytesIO()
        ax = plot(runs, ax=figure.subplots())
        # The title is the page's text, in the page's colour and font.
        title = ax.get_title(loc="left")
        ax.set_title("", loc="left")
        canvas.figure.savefig(stream, format="png", dpi=DOTS, transparent=True)
    return Picture(title, stream.getvalue())
