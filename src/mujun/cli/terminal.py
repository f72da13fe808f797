"""What commands show on a terminal: progress on standard error, results on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def stdout() -> Console:
    """Return the console for results."""
    return Console(soft_wrap=True)


def stderr() -> Console:
    """Return the console for everything that is not a result."""
    return Console(stderr=True, soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show the course of one piece of work; yields ``advance(what, done, total)``. Silent off a terminal."""
    console = stderr()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(title, total=None)

        def advance(what: str, done: int, total: int) -> None:
            bars.update(task, description=f"{title}：{what}", completed=done, total=total)

        yield advance
