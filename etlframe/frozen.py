"""Frozen values: what ``@dataclass(frozen=True)`` makes, and a job starts faster.

The standard library writes six methods for each such class and compiles them whenever the class is
imported, which takes a small job a tenth of its time. Here one is written, ``__init__``; the others
are the same functions for all classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from functools import cache
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform, overload

Class = TypeVar("Class", bound=type)


@overload
def frozen(cls: Class, /) -> Class: ...
@overload
def frozen(
    cls: None = None, /, *, repr: bool = True, eq: bool = True
) -> Callable[[Class], Class]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, repr: bool = True, eq: bool = True) -> Any:  # noqa: A002 - dataclass' word
    """Make a frozen dataclass of a class.

    Args:
        cls: The class, which may have a ``__repr__`` of its own.
        repr: Whether it is shown by its fields.
        eq: Whether values of equal fields are equal, and hashed by them.

    >>> @frozen
    ... class Place:
    ...     name: str
    ...     people: int = 0
    >>> Place("Bonn"), Place("Bonn") == Place("Bonn", 0), Place("Bonn") in {Place("Köln")}
    (Place(name='Bonn', people=0), True, False)
    >>> Place("Bonn").people = 1
    Traceback (most recent call last):
    dataclasses.FrozenInstanceError: cannot assign to field 'people'
    """

    def made(decorated: Any) -> Any:
        decorated.__setattr__ = _set_once
        decorated.__delattr__ = _refuse
        if repr and "__repr__" not in vars(decorated):
            decorated.__repr__ = _repr
        if eq:
            decorated.__eq__ = _eq
            decorated.__hash__ = _hash
        return dataclass(repr=False, eq=False)(decorated)

    return made if cls is None else made(cls)


def _set_once(self: Any, name: str, value: object) -> None:
    """Let ``__init__`` set the fields, and nobody after it."""
    if name in vars(self) or name not in _fields(self.__class__):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _refuse(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _compared(value: Any) -> tuple[Any, ...]:
    names = _fields(value.__class__)
    return tuple([getattr(value, name) for name, is_compared in names.items() if is_compared])


@cache
def _fields(cls: Any) -> dict[str, bool]:
    """Return the names of a class's fields, and whether values are compared by them."""
    return {each.name: each.compare for each in fields(cls)}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"
