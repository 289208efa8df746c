"""Completion, tooltip, type errors and their fixes where people meet them: in JupyterLab."""

from __future__ import annotations

import re

from .lab import Notebook


def test_completion_of_a_member_of_a_mounted_type(notebook: Notebook) -> None:
    popup = notebook.complete("logs.fi")
    names = popup.locator(".jp-Completer-match")
    proposal = names.filter(has_text=re.compile(r"^filter$"))
    proposal.wait_for()
    shown = names.all_inner_texts()
    assert "find" in shown
    assert all(name.startswith("fi") for name in shown)
    proposal.click()
    cell = notebook.cells().last
    cell.locator(".cm-content", has_text=re.compile(r"^logs\.filter$")).wait_for()


def test_completion_by_keys_alone(notebook: Notebook) -> None:
    popup = notebook.complete("logs[0].errorC")
    popup.locator(".jp-Completer-item.jp-mod-active", has_text="errorCode").wait_for()
    notebook.page.keyboard.press("Enter")
    notebook.cells().last.locator(".cm-content", has_text=re.compile(r"^logs\[0\]\.errorCode$")).wait_for()


def test_the_tooltip_shows_the_signature(notebook: Notebook) -> None:
    tooltip = notebook.inspect("shouldAlert(")
    tooltip.filter(has_text="shouldAlert(input: LogRow[]): boolean").wait_for()
    tooltip.filter(has_text="parameter 1 of 1: input: LogRow[]").wait_for()


def test_a_type_error_is_a_code_frame_and_the_cell_runs(notebook: Notebook) -> None:
    cell = notebook.run('const wrong: number = "<b>seven</b>";\nwrong.length')
    report = notebook.output(cell, "TS2322")
    text = report.inner_text()
    assert "Type 'string' is not assignable to type 'number'." in text
    assert re.search(r"Cell In ?\[\d+\], line 1, column 7", text)
    assert '> 1 | const wrong: number = "<b>seven</b>";\n    |       ^' in text
    assert report.locator(".qjs-problems b", has_text="seven").count() == 0
    # Shown by its HTML twin, before the value; the value is there because `%check warn` runs the cell.
    assert report.locator(".qjs-problems").count() == 1
    assert "12" in notebook.output(cell).last.inner_text()


def test_a_fix_goes_into_the_cell_below(notebook: Notebook) -> None:
    cell = notebook.run("logs.filtre(row => row.errorCode > 0)")
    report = notebook.output(cell, "TS2551")
    assert "did you mean 'filter'? (%fix)" in report.inner_text()
    notebook.run("%fix")
    below = notebook.cells().last.locator(".cm-content")
    below.get_by_text("logs.filter(row => row.errorCode > 0)", exact=True).wait_for()
