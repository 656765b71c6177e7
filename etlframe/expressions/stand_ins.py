"""Stand-ins for a column and its accessors: each holds the tree of what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeGuard

from etlframe.expressions import words
from etlframe.expressions.refusing import StandIn, refusing
from etlframe.expressions.tree import Call, Column, Node, NotPortable
from etlframe.expressions.vocabulary_windows import is_scalar


def is_column(value: Any) -> TypeGuard[ColumnStandIn]:
    """Say whether a value stands for a column; ``isinstance`` would ask the stand-in itself."""
    return type(value) is ColumnStandIn


class Tracer:
    """What happened while a function was traced.

    Attributes:
        columns: The names that the frame has.
        touched: Whether a column was taken.
        refusal: The first thing that has no tree, or None.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = list(columns)
        self.touched = False
        self.refusal: str | None = None

    def refuse(self, what: str) -> NoReturn:
        """Remember and raise that something has no tree."""
        if self.refusal is None:
            self.refusal = what
        raise NotPortable(what)

    def guarded(self, build: Callable[..., Node], *args: Any, **kwargs: Any) -> ColumnStandIn:
        """Build a tree; whatever goes wrong is a refusal."""
        trees = [_unwrapped(each) for each in args]
        options = {key: _unwrapped(each) for key, each in kwargs.items()}
        try:
            return ColumnStandIn(self, build(*trees, **options))
        except NotPortable as refused:
            self.refuse(str(refused))
        except TypeError:
            self.refuse("a call with arguments that only pandas takes")


def _unwrapped(value: Any) -> Any:
    """The tree of a stand-in, also within a list such as ``np.select`` takes."""
    if is_column(value):
        return value.node
    return [_unwrapped(each) for each in value] if type(value) is list else value


def _operator(op: str, *, swapped: bool = False) -> Callable[[ColumnStandIn, Any], ColumnStandIn]:
    def apply(self: ColumnStandIn, other: Any) -> ColumnStandIn:
        return self.tracer.guarded(_binary, op, self.node, _tree(self.tracer, other), swapped)

    return apply


def _binary(op: str, left: Node, right: Node, swapped: bool) -> Node:  # noqa: FBT001 - private, one caller
    return Call(op, (right, left) if swapped else (left, right))


def _tree(tracer: Tracer, value: Any) -> Node:
    if is_column(value):
        return value.node
    try:
        return words.literal(value)
    except NotPortable as refused:
        tracer.refuse(str(refused))


class ColumnStandIn(StandIn):
    """Stands for a Series: holds the tree of what was done to it."""

    def __init__(self, tracer: Tracer, node: Node) -> None:
        self.tracer = tracer
        self.node = node

    __add__, __radd__ = _operator("add"), _operator("add", swapped=True)
    __sub__, __rsub__ = _operator("sub"), _operator("sub", swapped=True)
    __mul__, __rmul__ = _operator("mul"), _operator("mul", swapped=True)
    __truediv__, __rtruediv__ = _operator("truediv"), _operator("truediv", swapped=True)
    __floordiv__, __rfloordiv__ = _operator("floordiv"), _operator("floordiv", swapped=True)
    __mod__, __rmod__ = _operator("mod"), _operator("mod", swapped=True)
    __lt__, __le__ = _operator("lt"), _operator("le")
    __gt__, __ge__ = _operator("gt"), _operator("ge")
    __eq__ = _operator("eq")  # type: ignore[assignment]  # a column, as in pandas
    __ne__ = _operator("ne")  # type: ignore[assignment]  # a column, as in pandas
    __hash__ = refusing("__hash__")
    __and__, __rand__ = _operator("and"), _operator("and", swapped=True)
    __or__, __ror__ = _operator("or"), _operator("or", swapped=True)
    __xor__, __rxor__ = _operator("xor"), _operator("xor", swapped=True)

    def __invert__(self) -> ColumnStandIn:
        return ColumnStandIn(self.tracer, Call("not", (self.node,)))

    def __neg__(self) -> ColumnStandIn:
        return ColumnStandIn(self.tracer, Call("neg", (self.node,)))

    def __pos__(self) -> ColumnStandIn:
        return self

    def __abs__(self) -> ColumnStandIn:
        return ColumnStandIn(self.tracer, Call("abs", (self.node,)))

    def __pow__(self, exponent: Any) -> ColumnStandIn:
        return self.tracer.guarded(words.power, self.node, exponent)

    def __rpow__(self, base: Any) -> ColumnStandIn:
        return self.tracer.guarded(words.power_of, base, self.node)

    def __getitem__(self, _item: Any) -> NoReturn:
        self.tracer.refuse("d[column][...]")

    def __getattr__(self, name: str) -> Any:
        tracer = self.tracer
        if is_scalar(self.node):  # of no rows it is a plain NaN in pandas, which has no methods
            tracer.refuse(f".{name} of an aggregate")
        if name == "str":
            return AccessorStandIn(tracer, self.node, words.TEXT_METHODS, {})
        if name == "dt":
            return AccessorStandIn(tracer, self.node, words.TIME_METHODS, words.TIME_PARTS)
        if name == "groupby":
            return lambda by: GroupedStandIn(tracer, self.node, _keys(tracer, by))
        if name not in words.METHODS:
            tracer.refuse(f".{name} of a column")
        return _method(tracer, words.METHODS[name], self.node)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        tracer, name = self.tracer, ufunc.__name__
        if method != "__call__" or kwargs:
            tracer.refuse(f"np.{name} with options")
        build = words.BINARY.get(name) or words.UFUNCS.get(name)
        if build is None:
            tracer.refuse(f"np.{name}")
        return tracer.guarded(build, *(_tree(tracer, each) for each in inputs))

    def __array_function__(self, function: Any, _types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        build = words.ARRAY_FUNCTIONS.get(name)
        if build is None:
            self.tracer.refuse(f"np.{name}")
        return self.tracer.guarded(build, *args, **kwargs)


class AccessorStandIn(StandIn):
    """Stands for ``.str`` and ``.dt``."""

    def __init__(
        self, tracer: Tracer, node: Node, methods: dict[str, Any], attributes: dict[str, Any]
    ) -> None:
        self.tracer = tracer
        self._node = node
        self._methods = methods
        self._attributes = attributes

    def __getattr__(self, name: str) -> Any:
        if name in self._methods:
            return _method(self.tracer, self._methods[name], self._node)
        if name in self._attributes:
            return self.tracer.guarded(self._attributes[name], self._node)
        return self.tracer.refuse(f"{'.dt' if self._attributes else '.str'}.{name}")

    def __getitem__(self, item: Any) -> ColumnStandIn:
        if self._attributes:
            self.tracer.refuse(".dt[...]")
        return self.tracer.guarded(words.text_item, self._node, item)


def _method(tracer: Tracer, build: Callable[..., Node], node: Node) -> Callable[..., ColumnStandIn]:
    return lambda *args, **kwargs: tracer.guarded(build, node, *args, **kwargs)


class GroupsStandIn(StandIn):
    """Stands for ``d.groupby(keys)``."""

    def __init__(self, tracer: Tracer, keys: tuple[Node, ...]) -> None:
        self.tracer = tracer
        self._keys = keys

    def __getitem__(self, name: Any) -> GroupedStandIn:
        if type(name) is not str:
            self.tracer.refuse("groupby()[...] with anything but a column's name")
        return GroupedStandIn(self.tracer, Column(name), self._keys)

    def cumcount(self) -> ColumnStandIn:
        """Count the rows of each group from 0."""
        return self.tracer.guarded(words.cumcount, None, self._keys)

    def __getattr__(self, name: str) -> Any:
        self.tracer.refuse(f".{name} of groups")


class GroupedStandIn(StandIn):
    """Stands for ``d.groupby(keys)[column]``."""

    def __init__(self, tracer: Tracer, node: Node, keys: tuple[Node, ...]) -> None:
        self.tracer = tracer
        self._node = node
        self._keys = keys

    def __getattr__(self, name: str) -> Any:
        tracer = self.tracer
        if name not in words.GROUP_METHODS:
            tracer.refuse(f".{name} of groups")
        build = words.GROUP_METHODS[name]
        return lambda *args, **kwargs: tracer.guarded(
            build, self._node, self._keys, *args, **kwargs
        )


def groups(tracer: Tracer, by: Any, **options: Any) -> GroupsStandIn:
    """Return what stands for ``d.groupby(by)``; its options change no row's answer but dropna."""
    known = {"sort", "as_index", "observed", "group_keys"}
    if set(options) - known:
        tracer.refuse("groupby with options")
    return GroupsStandIn(tracer, _keys(tracer, by))


def _keys(tracer: Tracer, by: Any) -> tuple[Node, ...]:
    listed = by if type(by) in (list, tuple) else [by]
    if not listed:
        tracer.refuse("groupby without a key")
    return tuple(_key(tracer, each) for each in listed)


def _key(tracer: Tracer, by: Any) -> Node:
    if is_column(by):
        return by.node
    if type(by) is not str:
        tracer.refuse("groupby by anything but columns")
    return Column(by)
