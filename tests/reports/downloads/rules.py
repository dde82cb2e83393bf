"""The Analysis Function's rules for accessible spreadsheets, as far as a program can see them, for any workbook of openpyxl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

SHORTHAND = re.compile(r"\[[a-z]\]")


def broken_rules(book: openpyxl.Workbook) -> list[str]:
    """What an analyst who works by ear or by keyboard would stumble over, one line for each."""
    found = [*_of_the_file(book)]
    names = [name for sheet in book for name in sheet.tables]
    found += [f"{name} is the name of two tables" for name in set(names) if names.count(name) > 1]
    for sheet in book:
        found += [f"{sheet.title}: {fault}" for fault in (*_of_a_sheet(sheet), *_of_tables(sheet))]
    return found


def _of_the_file(book: openpyxl.Workbook) -> Iterator[str]:
    if not book.properties.title:
        yield "the file has no title"
    if book.properties.language != "en-GB":
        yield "the file does not say its language"
    if book.sheetnames[:3] != ["Cover", "Contents", "Notes"]:
        yield "the first sheets are not cover, contents and notes"


def _of_a_sheet(sheet: Any) -> Iterator[str]:
    if not isinstance(sheet["A1"].value, str):
        yield "no title in A1"
    if sheet["A1"].font.sz < 12:
        yield "the title is small"
    if len(sheet.title) > 31 or " " in sheet.title:
        yield "the name is too long or has a space"
    if sheet.merged_cells.ranges:
        yield "cells are merged"
    if sheet.sheet_state != "visible" or any(one.hidden for one in sheet.row_dimensions.values()):
        yield "something is hidden"
    if sheet.title != "Cover" and len(sheet.tables) != 1:
        yield f"{len(sheet.tables)} tables"
    yield from _of_cells(sheet)
    filled = [any(cell.value is not None for cell in row) for row in sheet.iter_rows()]
    if not all(filled):
        yield "a blank row"


def _of_cells(sheet: Any) -> Iterator[str]:
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
        if cell.data_type == "f":
            yield f"a formula in {cell.coordinate}"
        if cell.font.name != "Arial" or cell.font.sz < 12:
            yield f"small or serif letters in {cell.coordinate}"


def _of_tables(sheet: Any) -> Iterator[str]:
    for table in sheet.tables.values():
        left, top, right, bottom = range_boundaries(table.ref)
        if table.headerRowCount != 1 or table.totalsRowCount or left != 1:
            yield "not one heading from the first column"
        if (right, bottom) != (sheet.max_column, sheet.max_row):
            yield "cells beside or below the table"
        rows = list(sheet.iter_rows(min_row=top, max_row=bottom, max_col=right, values_only=True))
        headings = [str(heading) for heading in rows[0]]
        if len(set(headings)) != len(headings) or not all(headings):
            yield "headings that are not there or not unlike"
        if [column.name for column in table.tableColumns] != headings:
            yield "the table names other headings than it shows"
        cells = [cell for row in rows for cell in row]
        if any(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            yield "a blank cell"
        above = "\n".join(str(row[0]) for row in sheet.iter_rows(max_row=top - 1, max_col=1, values_only=True))
        used = {mark for cell in cells if isinstance(cell, str) for mark in SHORTHAND.findall(cell)}
        if sheet.title != "Notes":
            yield from (f"{mark} is not explained" for mark in sorted(used) if f"{mark} means" not in above)
