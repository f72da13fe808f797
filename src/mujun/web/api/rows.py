"""What the rows of the register look like in the API: built from the schema of the exchange format."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema
from pydantic import create_model

from mujun.register.schema import TABLES, Column, Kind, Table
from mujun.web.api.paging import LARGEST_NUMBER, Paging

FILTERS: dict[str, tuple[str, ...]] = {
    "parcels": ("parcel_id", "town", "village", "land_use", "right_type", "holder_id"),
    "buildings": ("building_id", "parcel_id"),
    "firms": ("firm_id", "name", "town", "industry", "status"),
    "occupancy": ("firm_id", "parcel_id", "kind", "lessor_id"),
    "measures": ("firm_id", "year"),
    "taxes": ("firm_id", "year", "item"),
    "marks": ("firm_id", "year", "code"),
    "barriers": ("barrier_id", "kind", "effect"),
    "units": ("unit_id", "building_id"),
    "projects": ("project_id", "stage"),
}
"""Columns by which a table can be narrowed; a name by a part of it, everything else exactly."""

_TYPES: dict[Kind, Any] = {
    Kind.CODE: str,
    Kind.TEXT: str,
    Kind.NUMBER: float | None,
    Kind.YEAR: int | None,
    Kind.DATE: dt.date | None,
    Kind.TRUTH: bool | None,
}


def columns_of(table: Table) -> list[Column]:
    """The columns the API gives; geometry is served by OGC API - Features."""
    return [column for column in table.columns if column.kind is not Kind.GEOMETRY]


def row_schema(table: Table) -> type[Schema]:
    """One row: the columns of the exchange format, and the revision since which it is known so."""
    fields: dict[str, Any] = {column.name: (_TYPES[column.kind], _described(column)) for column in columns_of(table)}
    fields["since"] = (int, Field(description="自哪个数据版本起是这样"))
    return create_model(f"{_title(table)}Row", __base__=Schema, **fields)


def query_schema(table: Table) -> type[Paging]:
    """The filters of a table, besides the paging."""
    fields: dict[str, Any] = {
        "revision": (
            int | None,
            Field(None, ge=0, le=LARGEST_NUMBER, description="按这个数据版本当时所知；不填为现在"),
        )
    }
    for name in FILTERS[table.name]:
        column = table.column(name)
        if column.kind is Kind.YEAR:
            fields[name] = (int | None, Field(None, ge=1900, le=2200, description=column.label))
        else:
            fields[name] = (str | None, Field(None, max_length=100, description=column.label))
    return create_model(f"{_title(table)}Query", __base__=Paging, **fields)


def conditions(table: Table, query: Paging) -> dict[str, Any]:
    """The filters that are set, as the database asks for them."""
    wanted = {name: getattr(query, name) for name in FILTERS[table.name]}
    return {
        f"{name}__icontains" if name == "name" else name: value for name, value in wanted.items() if value is not None
    }


def headings(table: Table) -> list[str]:
    """Headings of the Excel form: label, and unit where there is one."""
    return [f"{column.label}({column.unit})" if column.unit else column.label for column in columns_of(table)]


def _described(column: Column) -> Any:
    unit = f"（{column.unit}）" if column.unit else ""
    return Field(description=f"{column.label}{unit}")


def _title(table: Table) -> str:
    return "".join(part.title() for part in table.name.split("_"))


ROW_SCHEMAS = {name: row_schema(table) for name, table in TABLES.items()}
QUERY_SCHEMAS = {name: query_schema(table) for name, table in TABLES.items()}
