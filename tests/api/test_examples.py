"""What the how-to shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.api.servers import serving

from regulars.terms.places import Places

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "serve-the-api.md"
ADDRESS = "http://127.0.0.1:8321"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("language", ["python", "sh"])
def test_the_examples_run(places: Places, tmp_path: Path, language: str) -> None:
    with serving(places.root) as client:
        for text in blocks(language):
            text = text.replace(ADDRESS, str(client.base_url).rstrip("/"))
            command = [sys.executable, "-c", text] if language == "python" else ["sh", "-e", "-c", text]
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
            assert done.returncode == 0, done.stderr
            assert done.stdout
    assert blocks(language)
    if language == "sh":
        assert (tmp_path / "segments.csv").read_text(encoding="utf-8").startswith("customer_id,")
