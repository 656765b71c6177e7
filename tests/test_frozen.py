from __future__ import annotations

import copy
import math
import pickle
import re
from abc import ABC, abstractmethod
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from inspect import Parameter, signature
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from etlframe.frozen import frozen

Value = TypeVar("Value")


@frozen
class Ours:
    name: str
    people: int = 0
    notes: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="s", repr=False)
    kind: ClassVar[str] = "place"


@dataclass(frozen=True)
class Theirs:
    name: str
    people: int = 0
    notes: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="s", repr=False)


@frozen
class Box(Generic[Value]):
    value: Value


class Contract(ABC):
    @abstractmethod
    def area(self) -> int: ...


@frozen(repr=False)
class Square(Contract):
    side: int

    def area(self) -> int:
        return self.side**2


@frozen
class Shown:
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@frozen(eq=False)
class Itself:
    name: str


def test_it_is_a_dataclass_with_the_same_fields():
    assert is_dataclass(Ours)
    assert [each.name for each in fields(Ours)] == [each.name for each in fields(Theirs)]
    assert vars(Ours)["__match_args__"] == vars(Theirs)["__match_args__"]


def test_it_is_shown_as_a_dataclass_is():
    ours, theirs = Ours("Bonn", notes=["on the Rhine"]), Theirs("Bonn", notes=["on the Rhine"])
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert repr(Shown("Bonn")) == "<Bonn>"
    assert repr(Square(2)).startswith("<tests.test_frozen.Square object")


def test_a_value_that_holds_itself_is_shown():
    held: list[Any] = []
    box = Box(held)
    held.append(box)
    assert repr(box) == "Box(value=[...])"


def test_values_of_equal_fields_are_equal_and_hashed_alike():
    assert Ours("Bonn", notes=["a"]) == Ours("Bonn", notes=["b"])
    assert Ours("Bonn") != Ours("Bonn", 1)
    assert hash(Ours("Bonn")) == hash(Theirs("Bonn"))
    others: list[object] = [Theirs("Bonn"), "Bonn", None]
    assert Ours("Bonn") not in others
    assert Box(math.nan) == Box(math.nan)
    assert Itself("Bonn") != Itself("Bonn")
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box([1]))


@pytest.mark.parametrize("name", ["people", "secret", "kind", "other", "__doc__"])
def test_nothing_of_it_can_be_set_or_deleted(name):
    place = Ours("Bonn")
    with pytest.raises(FrozenInstanceError, match=name):
        setattr(place, name, 1)
    with pytest.raises(FrozenInstanceError, match=name):
        delattr(place, name)
    assert place == Ours("Bonn")


def test_it_is_replaced_copied_and_pickled():
    place = Ours("Bonn", 1, ["a"])
    assert replace(place, people=2) == Ours("Bonn", 2)
    unpickled = pickle.loads(pickle.dumps(place))  # noqa: S301 - pickled the line before
    for other in (copy.copy(place), copy.deepcopy(place), unpickled):
        assert other == place
        assert other.notes == place.notes


def test_it_may_be_generic_or_keep_a_contract():
    assert Box[int](1) == Box(1)
    assert Square(3).area() == 9


@pytest.mark.parametrize(
    ("values", "named", "told"),
    [
        ((), {}, "Ours needs a value for 'name'"),
        ((), {"people": 3}, "Ours needs a value for 'name'"),
        (("a", 1, [], "s", 5), {}, "Ours takes 4 values, and 5 are given"),
        (("a",), {"nam": 1}, "Ours has no field 'nam'; it has name, people, notes, secret"),
        (("a",), {"name": "b"}, "Ours is given two values for 'name'"),
        ((), {"kind": "village"}, "Ours has no field 'kind'; it has name, people, notes, secret"),
    ],
)
def test_says_what_it_does_not_take(
    values: tuple[Any, ...], named: dict[str, Any], told: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(told)}$"):
        Ours(*values, **named)


def test_a_default_that_is_made_is_another_each_time() -> None:
    assert Ours("a").notes is not Ours("a").notes


def test_pickles_alike_however_it_was_made() -> None:
    assert pickle.dumps(Ours("a", 3)) == pickle.dumps(Ours(people=3, name="a"))


def test_tells_its_signature_as_a_dataclass_does() -> None:
    theirs = signature(Theirs).parameters
    ours = signature(Ours).parameters
    assert list(ours) == list(theirs)
    assert ours["people"] == theirs["people"]
    assert ours["name"].default is Parameter.empty


def test_an_init_of_its_own_is_kept() -> None:
    @frozen
    class Loud:
        name: str

        def __init__(self, name: str) -> None:
            self.name = name.upper()  # type: ignore[misc]

    assert Loud("bonn") == Loud("Bonn")
    with pytest.raises(FrozenInstanceError):
        Loud("bonn").name = "cologne"  # type: ignore[misc]
    assert list(signature(Loud).parameters) == ["name"]
