"""Codes gone wrong: check characters, lengths, letters, codes that a spreadsheet rounded, codes nobody knows."""

from __future__ import annotations

from mujun.base import creditcode
from mujun.demo.names import credit_codes
from mujun.demo.planting.field import Field
from mujun.demo.sheets import Row, Sheet

TIMES = 6
_WRONG = ("credit_code_check", "firm_unknown")


def check_wrong_in_register(field: Field) -> None:
    """The list of firms itself has a wrong check character; other bureaus copied it."""
    holders = {row["_firm"] for row in field.sheets["occupancy"].rows if row["kind"] == "自有"}
    for sheet, row in field.pick("firms", TIMES, lambda row: row["_firm"] not in holders):
        firm = row["_firm"]
        wrong = firm[:17] + creditcode.ALPHABET[(creditcode.ALPHABET.index(firm[17]) + 1) % 31]
        for _, other in field.rows_about(firm):
            for name in ("firm_id", "lessor_id", "holder_id"):
                if other.get(name) == firm:
                    other[name] = wrong
        case = field.note("credit_check_wrong", ["credit_code_check"], sheet, row, "firm_id")
        field.suffer(case, "credit_check_wrong", field.rows_about(firm))


def check_wrong_in_figures(field: Field) -> None:
    """Somebody mistyped the last character in one row."""
    for sheet, row in field.pick("tax", TIMES):
        wrong = creditcode.ALPHABET[(creditcode.ALPHABET.index(row["firm_id"][17]) + 5) % 31]
        _lose_code(field, "credit_check_mistyped", sheet, row, row["firm_id"][:17] + wrong)


def too_short(field: Field) -> None:
    """One character of the code is missing."""
    for sheet, row in field.pick("tax", TIMES):
        _lose_code(field, "credit_code_short", sheet, row, row["firm_id"][:9] + row["firm_id"][10:])


def impossible_letter(field: Field) -> None:
    """The letter O or I stands for a digit."""
    for sheet, row in field.pick("tax", TIMES, lambda row: "0" in row["firm_id"][8:]):
        code = row["firm_id"]
        place = code.index("0", 8)
        _lose_code(field, "credit_code_letter", sheet, row, code[:place] + "O" + code[place + 1 :])


def _lose_code(field: Field, kind: str, sheet: Sheet, row: Row, code: str) -> None:
    case = field.spoil(kind, _WRONG, sheet, row, "firm_id", code)
    _year_suffers(field, case, kind, row)


def _year_suffers(field: Field, case: int, kind: str, row: Row) -> None:
    """What else is known of the firm in that year is now without its tax or figures."""
    year = row.get("year")
    field.suffer(case, kind, [pair for pair in field.rows_about(row["_firm"]) if pair[1].get("year") == year])


def rounded(field: Field) -> None:
    """A code of digits only became a number in Excel and lost its last three digits."""
    for sheet, row in field.pick("statistics", TIMES, lambda row: row["firm_id"].isdigit()):
        case = field.spoil("code_rounded", ["code_rounded"], sheet, row, "firm_id", float(row["firm_id"]))
        _year_suffers(field, case, "code_rounded", row)


def zeros(field: Field) -> None:
    """The same accident, written back as text: the last three digits are zeros."""
    for sheet, row in field.pick("occupancy", TIMES, lambda row: row["firm_id"].isdigit() and row["kind"] == "承租"):
        case = field.spoil(
            "code_zeros", ["code_zeros", "code_rounded", *_WRONG], sheet, row, "firm_id", row["firm_id"][:15] + "000"
        )
        field.suffer(case, "code_zeros", field.rows_about(row["_parcel"]))


def full_width(field: Field) -> None:
    """A code typed in full-width characters: read as it is meant, with a notice."""
    for sheet, row in field.pick("tax", TIMES):
        wide = "".join(chr(ord(character) + 0xFEE0) for character in row["firm_id"])
        field.spoil("code_full_width", ["code_normalised", "text_trimmed"], sheet, row, "firm_id", wide)


def trailing_space(field: Field) -> None:
    """Spaces after a code: read without them, with a notice."""
    for sheet, row in field.pick("occupancy", TIMES):
        value = f" {row['parcel_id']}  "
        field.spoil("code_trailing_space", ["code_normalised", "text_trimmed"], sheet, row, "parcel_id", value)


def unknown_firm(field: Field) -> None:
    """A right code that the list of firms does not have."""
    for (sheet, row), code in zip(field.pick("tax", TIMES), credit_codes(field.chance, TIMES), strict=False):
        case = field.spoil("firm_unknown", ["firm_unknown"], sheet, row, "firm_id", code)
        row["firm_name"] = "示范县未登记企业"
        _year_suffers(field, case, "firm_unknown", row)


def unknown_parcel(field: Field) -> None:
    """A parcel code that no layer and no ledger has."""
    for sheet, row in field.pick("occupancy", TIMES, lambda row: row["kind"] == "承租"):
        case = field.spoil(
            "parcel_unknown", ["parcel_unknown"], sheet, row, "parcel_id", row["parcel_id"][:14] + "99999"
        )
        field.suffer(case, "parcel_unknown", field.rows_about(row["_parcel"]))


def unknown_parcel_of_building(field: Field) -> None:
    """A building on a parcel that does not exist."""
    for sheet, row in field.pick("buildings", TIMES):
        field.spoil(
            "building_parcel_unknown", ["parcel_unknown"], sheet, row, "parcel_id", row["parcel_id"][:14] + "88888"
        )


def unknown_building(field: Field) -> None:
    """A unit in a building that does not exist."""
    for sheet, row in field.pick("units", TIMES):
        field.spoil(
            "building_unknown", ["building_unknown"], sheet, row, "building_id", row["building_id"][:-4] + "9999"
        )


def unknown_lessor(field: Field) -> None:
    """A lessor that no list of firms has."""
    pairs = field.pick("occupancy", TIMES, lambda row: row["kind"] == "承租" and bool(row["lessor_id"]))
    for (sheet, row), code in zip(pairs, credit_codes(field.chance, TIMES), strict=False):
        case = field.spoil("lessor_unknown", ["lessor_unknown"], sheet, row, "lessor_id", code)
        field.suffer(case, "lessor_unknown", field.rows_about(row["_parcel"]))


def missing_firm_key(field: Field) -> None:
    """A firm without a code in the list of firms."""
    holders = {row["_firm"] for row in field.sheets["occupancy"].rows if row["kind"] == "自有"}
    for sheet, row in field.pick("firms", 4, lambda row: row["_firm"] not in holders):
        case = field.spoil("firm_key_missing", ["key_missing"], sheet, row, "firm_id", None)
        field.suffer(case, "firm_key_missing", field.rows_about(row["_firm"]))


def missing_parcel_key(field: Field) -> None:
    """A line of the supply ledger without a parcel code."""
    for sheet, row in field.pick("supply", 4):
        case = field.spoil("parcel_key_missing", ["key_missing"], sheet, row, "parcel_id", None)
        field.suffer(case, "parcel_key_missing", field.rows_about(row["_parcel"]))


def missing_occupancy_parcel(field: Field) -> None:
    """A lease that does not say of which parcel."""
    for sheet, row in field.pick("occupancy", TIMES, lambda row: row["kind"] == "承租"):
        case = field.spoil("occupancy_key_missing", ["key_missing"], sheet, row, "parcel_id", None)
        field.suffer(case, "occupancy_key_missing", field.rows_about(row["_parcel"]))


KINDS = (
    check_wrong_in_register,
    missing_firm_key,
    rounded,
    zeros,
    check_wrong_in_figures,
    too_short,
    impossible_letter,
    full_width,
    trailing_space,
    unknown_firm,
    unknown_parcel,
    unknown_parcel_of_building,
    unknown_building,
    unknown_lessor,
    missing_parcel_key,
    missing_occupancy_parcel,
)
