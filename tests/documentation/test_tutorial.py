"""The tutorial runs from its first cell to its last."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from docs.make import DOCS


@pytest.mark.slow
def test_the_first_hour_runs(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(DOCS / "tutorials" / "first-hour.ipynb", as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the notebook machinery, not of ours
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs), "a cell shows nothing"
    assert list(tmp_path.glob("tea-shop/releases/*/report.html"))
