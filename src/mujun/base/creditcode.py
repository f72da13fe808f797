"""Unified social credit codes (统一社会信用代码), GB 32100-2015.

18 characters; the last one is a check character, computed modulo 31 over an alphabet without I, O, S, V, Z.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


def check_character(body: str) -> str:
    """Return the 18th character for a 17-character body; raise ValueError on a character outside the alphabet."""
    if len(body) != 17:
        raise ValueError(f"a credit code body has 17 characters, not {len(body)}")
    try:
        total = sum(weight * _VALUE[character] for weight, character in zip(_WEIGHTS, body, strict=True))
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} does not occur in credit codes") from None
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Tell whether ``code`` has 18 characters of the alphabet and the right check character."""
    try:
        return len(code) == 18 and check_character(code[:17]) == code[17]
    except ValueError:
        return False


def fault(code: str) -> str | None:
    """Return one Chinese sentence that says what is wrong with ``code``, or None where nothing is."""
    if len(code) != 18:
        return f"统一社会信用代码应为18位，这里是{len(code)}位。"
    strange = sorted({character for character in code if character not in _VALUE})
    if strange:
        return f"统一社会信用代码中不会出现“{'、'.join(strange)}”。"
    expected = check_character(code[:17])
    return None if code[17] == expected else f"校验位不符：按前17位第18位应为“{expected}”，这里是“{code[17]}”。"
