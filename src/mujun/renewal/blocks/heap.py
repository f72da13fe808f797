"""A binary heap over two parallel arrays, for compiled loops."""

from __future__ import annotations

from numba import njit


@njit(cache=True)
def push(keys, items, size, key, item):  # type: ignore[no-untyped-def]
    """Add (key, item) to the first ``size`` places and return the new size."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[parent] <= key:
            break
        keys[place], items[place] = keys[parent], items[parent]
        place = parent
    keys[place], items[place] = key, item
    return size + 1


@njit(cache=True)
def pop(keys, items, size):  # type: ignore[no-untyped-def]
    """Take the least key off the first ``size`` places: return (key, item, new size)."""
    least, item = keys[0], items[0]
    size -= 1
    key, moved = keys[size], items[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if key <= keys[child]:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
    keys[place], items[place] = key, moved
    return least, item, size
