"""What every stand-in refuses: the protocols that could turn a column into one plain value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from etlframe.expressions.stand_ins import Tracer


def refusing(name: str) -> Callable[..., NoReturn]:
    """Return a method that refuses, in the name of what it would do."""

    def refuse(self: Any, *_args: Any, **_kwargs: Any) -> NoReturn:
        tracer: Tracer = object.__getattribute__(self, "tracer")
        tracer.refuse(f"{name} of a column")

    return refuse


class StandIn:
    """Refuses every protocol by which Python could turn a column into one plain value."""

    tracer: Tracer

    for _name in (
        "__bool__",
        "__iter__",
        "__len__",
        "__array__",
        "__contains__",
        "__format__",
        "__str__",
        "__hash__",
        "__float__",
        "__int__",
        "__index__",
        "__complex__",
        "__round__",
        "__setitem__",
        "__delitem__",
        "__matmul__",
        "__rmatmul__",
        "__divmod__",
        "__rdivmod__",
        "__call__",
        "__enter__",
        "__reduce__",
        "__copy__",
        "__deepcopy__",
        "__trunc__",
        "__reversed__",
        "__lshift__",
        "__rshift__",
        "__getstate__",
    ):
        locals()[_name] = refusing(_name)  # fmt: skip
    del _name

    def __repr__(self) -> str:
        self.tracer.refuse("repr of a column")

    @property  # type: ignore[misc]  # object's is writeable
    def __class__(self) -> Any:
        # isinstance(d, pd.DataFrame) asks here, and must not be answered with False.
        self.tracer.refuse("isinstance of a column")
