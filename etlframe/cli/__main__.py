"""``python -m etlframe.cli``, for where the ``etlframe`` script is not on the path."""

from __future__ import annotations

import sys

from etlframe.cli import main

sys.exit(main())
