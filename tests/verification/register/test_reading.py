"""The streaming reader: what a spreadsheet program may write, and what an attacker may."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.verification.register.files import content_file, hsca_file, places, sheet_file
from verification.register import ods
from verification.register.hsca import HscaFile
from verification.register.ods import read_rows
from verification.register.refusal import WrongFile

ROOT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
END = "</office:spreadsheet></office:body></office:document-content>"


def rows_of(folder: Path, inside: str, *, columns: int = 10, never_read: frozenset[int] = frozenset()) -> list[ods.Row]:
    path = content_file(folder, f'{ROOT}<table:table table:name="S">{inside}</table:table>{END}')
    return list(read_rows(path, columns=columns, never_read=never_read))


def cell(text: str, **attributes: str) -> str:
    written = "".join(f' {name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell{written}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


BLANKS = '<table:table-cell table:number-columns-repeated="3"/>'


def test_blank_cells_in_one_element_keep_the_columns_in_place(tmp_path):
    assert rows_of(tmp_path, row(cell("a"), BLANKS, cell("e"))) == [("S", 1, ["a", "", "", "", "e"])]


def test_a_value_repeated_over_columns_stands_in_each(tmp_path):
    assert rows_of(tmp_path, row(cell("Y", table_number_columns_repeated="3"), cell("z")))[0][2] == ["Y", "Y", "Y", "z"]


def test_blank_rows_count_and_are_not_given(tmp_path):
    found = rows_of(tmp_path, row(cell("a")) + row(BLANKS, repeated=5) + row(cell("b")))
    assert [(number, cells) for _, number, cells in found] == [(1, ["a"]), (7, ["b"])]


def test_a_row_repeated_is_given_each_time_with_its_own_number(tmp_path):
    assert [number for _, number, _ in rows_of(tmp_path, row(cell("a"), repeated=3))] == [1, 2, 3]


def test_the_enormous_empty_rest_of_a_sheet_costs_nothing(tmp_path):
    rest = row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_575)
    assert rows_of(tmp_path, row(cell("a")) + rest) == [("S", 1, ["a"])]


def test_cells_beyond_the_last_column_are_dropped(tmp_path):
    wide = row(cell("a"), cell("b"), cell("c", table_number_columns_repeated="16000"))
    assert rows_of(tmp_path, wide, columns=4)[0][2] == ["a", "b", "c", "c"]


def test_text_of_several_paragraphs_links_and_spaces_is_one_value(tmp_path):
    inside = "<text:p>Mill<text:s/>Lane</text:p><text:p><text:a>Home</text:a></text:p>"
    assert rows_of(tmp_path, row(f"<table:table-cell>{inside}</table:table-cell>"))[0][2] == ["Mill Lane Home"]


def test_a_comment_on_a_cell_is_not_its_value(tmp_path):
    inside = "<office:annotation><text:p>Seen by somebody</text:p></office:annotation><text:p>34</text:p>"
    found = rows_of(tmp_path, row(f"<table:table-cell>{inside}</table:table-cell>", cell("next")))
    assert found[0][2] == ["34", "next"]


def test_a_number_is_read_as_stored_and_not_as_shown(tmp_path):
    assert rows_of(tmp_path, row(cell("1,234", office_value="1234")))[0][2] == ["1234"]


def test_covered_cells_of_a_merged_range_keep_the_columns_in_place(tmp_path):
    assert rows_of(tmp_path, row(cell("a"), "<table:covered-table-cell/>", cell("c")))[0][2] == ["a", "", "c"]


def test_a_pretty_printed_file_reads_the_same(tmp_path):
    spaced = f"\n  <table:table-row>\n    {cell('a')}\n    {cell('b')}\n  </table:table-row>\n"
    assert rows_of(tmp_path, spaced) == [("S", 1, ["a", "b"])]


def test_other_prefixes_for_the_same_vocabulary_are_understood(tmp_path):
    content = (ROOT + '<table:table table:name="S">' + row(cell("a")) + "</table:table>" + END).replace("table:", "t:")
    content = content.replace("xmlns:table", "xmlns:t").replace("opendocument:xmlns:t:", "opendocument:xmlns:table:")
    assert list(read_rows(content_file(tmp_path, content), columns=3)) == [("S", 1, ["a"])]


def test_named_people_are_dropped_below_the_header(tmp_path):
    found = rows_of(
        tmp_path, row(cell("Manager"), cell("x")) + row(cell("Jo Doe"), cell("y")), never_read=frozenset({0})
    )
    assert [cells for _, _, cells in found] == [["Manager", "x"], ["", "y"]]


@pytest.mark.parametrize("seed", range(5))
def test_any_grid_comes_back_as_it_was_written(tmp_path, seed):
    rng = Random(seed)
    grid = [[rng.choice(["", "", "a", "Ünï & <b>", "7", "long " * 9]).strip() for _ in range(9)] for _ in range(30)]
    path = sheet_file(tmp_path, [*grid, ["end"]], sheet="Data")
    expected = [(number, cells) for number, cells in enumerate(([*_trim(line)] for line in grid), 1) if cells]
    found = [(number, cells) for sheet, number, cells in read_rows(path, columns=9) if sheet == "Data"]
    assert found == [*expected, (31, ["end"])]


def _trim(cells: list[str]) -> list[str]:
    last = max((position for position, text in enumerate(cells) if text), default=-1)
    return cells[: last + 1]


def test_memory_stays_flat_whatever_the_number_of_rows(tmp_path):
    def peak(count: int) -> int:
        path = hsca_file(tmp_path, places(count), name=f"{count}.ods")
        tracemalloc.start()
        assert sum(1 for _ in read_rows(path, columns=122)) > count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(1_500) < peak(300) * 1.5


def test_the_edition_is_read_from_the_readme_sheet(tmp_path):
    file = HscaFile(hsca_file(tmp_path, places(2), edition=date(2026, 9, 2)))
    assert len(list(file.listings(lambda rows: None))) == 2
    assert file.edition == date(2026, 9, 2)


def refused(path: Path) -> str:
    with pytest.raises(WrongFile) as refusal:
        list(read_rows(path, columns=122))
    return str(refusal.value)


def test_a_cell_larger_than_any_cell_is_refused_before_it_fills_the_memory(tmp_path):
    content = ROOT + '<table:table table:name="S">' + row(cell("x" * 30_000_000)) + "</table:table>" + END
    path = content_file(tmp_path, content)
    del content
    tracemalloc.start()
    assert "more text than a spreadsheet can" in refused(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_filled_row_repeated_a_million_times_is_refused(tmp_path):
    path = content_file(tmp_path, f"{ROOT}<table:table>{row(cell('x'), repeated=900_000_000)}</table:table>{END}")
    assert "more rows than any register" in refused(path)


def test_a_file_that_unpacks_to_more_than_allowed_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(ods, "MAX_CONTENT_BYTES", 1_000_000)
    assert "unpacks to more" in refused(content_file(tmp_path, ROOT + " " * 2_000_000 + END))


def test_entities_of_a_document_type_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + ROOT + END
    assert "not a spreadsheet that an office program saved" in refused(content_file(tmp_path, bomb))


def test_a_file_cut_off_or_with_broken_bytes_is_refused_as_damaged(tmp_path):
    whole = hsca_file(tmp_path, places(50))
    data = whole.read_bytes()
    cut = tmp_path / "cut.ods"
    cut.write_bytes(data[: len(data) // 2])
    assert "download it again" in refused(cut)
    with zipfile.ZipFile(whole) as archive:
        entry = archive.getinfo("content.xml")
    middle = entry.header_offset + entry.compress_size // 2
    broken = tmp_path / "broken.ods"
    broken.write_bytes(data[:middle] + bytes(40) + data[middle + 40 :])
    assert "download it again" in refused(broken)


@pytest.mark.parametrize("content", ["", "<a/>", "not xml at all", f"{ROOT}<unclosed>", "<office:x/>"])
def test_xml_that_is_no_spreadsheet_is_refused(tmp_path, content):
    assert refused(content_file(tmp_path, content))


@pytest.mark.parametrize("count", ["-3", "many", "1e9", ""])
def test_a_nonsensical_repeat_is_refused(tmp_path, count):
    inside = row(f'<table:table-cell table:number-columns-repeated="{count}"/>')
    assert refused(content_file(tmp_path, f"{ROOT}<table:table>{inside}</table:table>{END}")) == ods.DAMAGED
