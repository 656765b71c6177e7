"""Find pipelines by name among the variables of a notebook or of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from etlframe.errors import AmbiguousNameError, UnknownNameError
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etlframe.pipeline import Pipeline
    from etlframe.runs.log import RunLog


class HoldsPipelines(Protocol):
    """What is needed of a service."""

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """The pipelines by name."""

    @property
    def log(self) -> RunLog:
        """Where their runs are recorded."""


@frozen(eq=False)
class Found:
    """A pipeline that was found.

    Attributes:
        pipeline: The pipeline.
        variables: The variables that hold it, oldest first; none if a service alone does.
        service: A service that it is registered with.
    """

    pipeline: Pipeline
    variables: tuple[str, ...] = ()
    service: HoldsPipelines | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it answers to."""
        return (*self.variables, self.pipeline.name)

    def __str__(self) -> str:
        held = f"variable {self.variables[0]}" if self.variables else "a service's pipeline"
        return f"{held} (named {self.pipeline.name!r})"


def find_pipelines(
    namespace: Mapping[str, Any], services: Iterable[HoldsPipelines] = ()
) -> list[Found]:
    """Return the pipelines that variables and services hold, each once, oldest first.

    Args:
        namespace: The variables; those with a leading underscore are not looked at, for IPython
            keeps outputs there.
        services: Services whose pipelines are found too.
    """
    from etlframe.pipeline import Pipeline

    found: dict[int, Found] = {}
    for variable, value in namespace.items():
        if isinstance(value, Pipeline) and not variable.startswith("_"):
            known = found.get(id(value), Found(value))
            found[id(value)] = Found(value, (*known.variables, variable))
    for service in services:
        for pipeline in service.pipelines.values():
            known = found.get(id(pipeline), Found(pipeline))
            found[id(pipeline)] = Found(pipeline, known.variables, known.service or service)
    return list(found.values())


def choose_pipeline(name: str, found: Iterable[Found]) -> Found:
    """Return the one pipeline that a name means.

    A pipeline that both bears the name and is held by a variable of that name comes first.

    Raises:
        UnknownNameError: No pipeline has the name; near names are told.
        AmbiguousNameError: Several have it; all are told.
    """
    found = list(found)
    answering = [each for each in found if name in each.names]
    if not answering:
        raise UnknownNameError("pipeline", name, dict.fromkeys(n for f in found for n in f.names))
    twice = [each for each in answering if name in each.variables and each.pipeline.name == name]
    if len(answering) == 1 or twice:
        return (twice or answering)[0]
    listed = "; ".join(map(str, answering))
    message = f"{name!r} may be {len(answering)} pipelines: {listed}. "
    raise AmbiguousNameError(message + "Say a name that only one of them has.")


def telling_names(found: Iterable[Found]) -> list[str]:
    """Return the names that mean exactly one of the pipelines, sorted."""
    found = list(found)
    return sorted({name for each in found for name in each.names if _means_one(name, found)})


def _means_one(name: str, found: list[Found]) -> bool:
    try:
        choose_pipeline(name, found)
    except AmbiguousNameError:
        return False
    return True
