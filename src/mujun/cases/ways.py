"""The states of a definition as a graph: what can be reached, what leads to an end, where a clock may run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mujun.cases.definition import Clock, Definition, Parts, StateKind, Transition

Graph = Mapping[str, frozenset[str]]


def graph_of(definition: Definition) -> Graph:
    """Return state → states to which one action leads (also the last part, and opening again)."""
    edges = _edges(definition.transitions)
    if definition.parts:
        edges += [
            (definition.parts.state, definition.parts.done_to),
            (definition.parts.state, definition.parts.refused_to),
        ]
    if definition.reopening:
        edges += [(source, definition.reopening.to) for source in definition.reopening.source]
    return _graph((state.key for state in definition.states), edges)


def graph_of_parts(parts: Parts) -> Graph:
    """Return the same for the states of one part."""
    return _graph((state.key for state in parts.states), _edges(parts.transitions))


def _edges(transitions: Iterable[Transition]) -> list[tuple[str, str]]:
    return [(source, move.to) for move in transitions for source in move.source]


def _graph(keys: Iterable[str], edges: list[tuple[str, str]]) -> Graph:
    return {key: frozenset(to for source, to in edges if source == key) for key in keys}


def reached(graph: Graph, starts: Collection[str], stops: Collection[str] = ()) -> set[str]:
    """Return all states reached from ``starts``, these included, without going through ``stops``."""
    found: set[str] = set()
    waiting = [start for start in starts if start not in stops]
    while waiting:
        state = waiting.pop()
        if state in found or state not in graph:
            continue
        found.add(state)
        waiting += [to for to in graph[state] if to not in stops]
    return found


def leading_to(graph: Graph, ends: Collection[str]) -> set[str]:
    """Return all states from which some state of ``ends`` is reached, ``ends`` included."""
    back = {key: frozenset(source for source, targets in graph.items() if key in targets) for key in graph}
    return reached(back, ends)


def may_run_in(definition: Definition, clock: Clock, closed: Collection[str]) -> set[str]:
    """Return the states in which ``clock`` may be running."""
    stops = (set(clock.stops_on) | set(closed)) - set(clock.starts_on)
    return reached(graph_of(definition), clock.starts_on, stops) - set(clock.pauses_in)


Standing = tuple[str, frozenset[str]]
"""A state and the clocks that have started and not stopped."""


def standings(definition: Definition) -> set[Standing]:
    """Return every combination of state and live clocks that a case can come to (clocks of parts left out)."""
    steps = [(source, move.to, False) for move in definition.transitions for source in move.source]
    if definition.parts:
        parts = definition.parts
        steps += [(parts.state, parts.done_to, False), (parts.state, parts.refused_to, False)]
    if definition.reopening:
        steps += [(source, definition.reopening.to, True) for source in definition.reopening.source]
    waiting = [_entered(definition, definition.raising.state, frozenset(), False)]
    found: set[Standing] = set()
    while waiting:
        standing = waiting.pop()
        if standing in found:
            continue
        found.add(standing)
        state, live = standing
        waiting += [_entered(definition, to, live, anew) for source, to, anew in steps if source == state]
    return found


def _entered(definition: Definition, state: str, live: frozenset[str], anew: bool) -> Standing:
    closed = definition.state(state).kind is StateKind.CLOSED
    kept = {
        clock.key
        for clock in definition.clocks
        if state in clock.starts_on or (clock.key in live and state not in clock.stops_on and not closed and not anew)
    }
    return state, frozenset(kept)
