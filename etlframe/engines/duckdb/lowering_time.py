"""Words of ``.dt`` -> SQL with pandas' meaning."""

from __future__ import annotations

from etlframe.engines.duckdb.operand import Build, function

TIME: dict[str, Build] = {
    **{
        part: function(part)
        for part in ("year", "month", "day", "hour", "minute", "second", "dayofyear", "quarter")
    },
    "dayofweek": lambda args, _params: f"(isodow({args[0].sql}) - 1)",
}
"""Operation -> its lowering."""
