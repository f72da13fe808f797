"""What is written about land and cannot be: areas in the wrong unit, dates out of order, plot ratios upside down."""

from __future__ import annotations

from mujun.demo.planting.field import Field

TIMES = 6


def registered_in_mu(field: Field) -> None:
    """A registered area in mu in a column of square metres."""
    for name in ("parcels_bureau", "parcels_zone"):
        for sheet, row in field.pick(name, TIMES // 2):
            value = round(row["registered_area_m2"] * 3 / 2000, 4)
            case = field.spoil("registered_in_mu", ["area_far_from_drawn"], sheet, row, "registered_area_m2", value)
            field.suffer(case, "registered_in_mu", field.rows_about(row["_parcel"]))


def registered_wrong(field: Field) -> None:
    """A registered area that lost a digit."""
    for sheet, row in field.pick("parcels_bureau", TIMES, lambda row: row["registered_area_m2"] > 3_000):
        value = round(row["registered_area_m2"] * field.chance.choice([0.1, 0.7, 1.25, 1.6, 10]), 2)
        case = field.spoil(
            "registered_far_from_drawn", ["area_far_from_drawn"], sheet, row, "registered_area_m2", value
        )
        field.suffer(case, "registered_far_from_drawn", field.rows_about(row["_parcel"]))


def taxed_in_metres(field: Field) -> None:
    """A taxed area in square metres in a column of mu."""
    for sheet, row in field.pick("land_tax", TIMES):
        value = round(row["taxed_area_m2"] * 2000 / 3, 2)
        case = field.spoil("taxed_in_m2", ["taxed_far_from_registered"], sheet, row, "taxed_area_m2", value)
        field.suffer(case, "taxed_in_m2", field.rows_about(row["_parcel"]))


def far_reversed(field: Field) -> None:
    """The lowest plot ratio above the highest."""
    for sheet, row in field.pick("supply", TIMES):
        low, high = row["far_min"], row["far_max"]
        row["far_max"] = low
        case = field.spoil("far_reversed", ["far_reversed"], sheet, row, "far_min", high)
        field.note("far_reversed", ["far_reversed"], sheet, row, "far_max", case=case)


def far_implausible(field: Field) -> None:
    """A plot ratio without its decimal point."""
    for sheet, row in field.pick("supply", 4):
        field.spoil("far_implausible", ["far_implausible"], sheet, row, "far_max", 25)


def finished_before_started(field: Field) -> None:
    """Work that ended before it began."""
    for sheet, row in field.pick("supply", TIMES, lambda row: row["started_on"] is not None):
        row["produced_on"] = None
        row["started_on"] = "2021-08-01"
        case = field.spoil("finished_before_started", ["dates_order"], sheet, row, "finished_on", "2020-05-01")
        field.note("finished_before_started", ["dates_order"], sheet, row, "started_on", case=case)
        field.suffer(case, "finished_before_started", field.rows_about(row["_parcel"]))


def built_before_granted(field: Field) -> None:
    """A building older than the grant of its land."""
    supplied = {
        row["_parcel"]: row["supplied_on"] for row in field.sheets["supply"].rows if row["supplied_on"] is not None
    }
    for sheet, row in field.pick("buildings", TIMES, lambda row: row["_parcel"] in supplied):
        year = supplied[row["_parcel"]].year - int(field.chance.integers(6, 15))
        field.spoil("built_before_granted", ["built_before_granted"], sheet, row, "built_year", year)


def floor_area_implausible(field: Field) -> None:
    """A building with a hundred times its floor area."""
    for sheet, row in field.pick("buildings", TIMES):
        value = round(row["floor_area_m2"] * field.chance.choice([50, 100, 1_000]), 2)
        case = field.spoil("floor_area_implausible", ["floor_area_implausible"], sheet, row, "floor_area_m2", value)
        field.suffer(case, "floor_area_implausible", field.rows_about(row["_parcel"]))


def unknown_town(field: Field) -> None:
    """A town that the county does not have, and one misspelt."""
    for value in ("甲字镇", "外县镇", "白铁", "青同镇"):
        for sheet, row in field.pick("firms", 1):
            field.spoil("town_unknown", ["town_unknown"], sheet, row, "town", value)


def industry_bad(field: Field) -> None:
    """Industry codes that are none."""
    for value in ("五金", "33Z1", "99999", "C"):
        for sheet, row in field.pick("firms", 1):
            field.spoil("industry_bad", ["industry_bad"], sheet, row, "industry", value)


def name_missing(field: Field) -> None:
    """A firm without a name."""
    for sheet, row in field.pick("firms", 4):
        case = field.spoil("firm_name_missing", ["firm_name_missing"], sheet, row, "name", None)
        field.suffer(case, "firm_name_missing", field.rows_about(row["_firm"]))


def name_twice(field: Field) -> None:
    """Two firms with one name."""
    for (sheet, row), (_, other) in zip(field.pick("firms", 4), field.pick("firms", 4), strict=False):
        case = field.spoil("firm_name_twice", ["firm_name_twice"], sheet, row, "name", other["name"])
        field.note("firm_name_twice", ["firm_name_twice"], sheet, other, "name", case=case)
        for firm in (row["_firm"], other["_firm"]):
            field.suffer(case, "firm_name_twice", field.rows_about(firm))


def stages_out_of_order(field: Field) -> None:
    """A project that signed before anybody met."""
    for sheet, row in field.pick("projects", 4, lambda row: row["signed_on"] is not None):
        case = field.spoil("stage_dates_order", ["stage_dates_order"], sheet, row, "signed_on", "2019-01-01")
        field.note("stage_dates_order", ["stage_dates_order"], sheet, row, "negotiating_on", case=case)


KINDS = (
    registered_in_mu,
    registered_wrong,
    taxed_in_metres,
    far_reversed,
    far_implausible,
    finished_before_started,
    built_before_granted,
    floor_area_implausible,
    unknown_town,
    industry_bad,
    name_missing,
    name_twice,
    stages_out_of_order,
)
