"""Reports of real releases: rows are landed, built, described and published as a run would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.report.hand_made import Rows, everything, fill

from regulars.describe.build import describe
from regulars.describe.tables import DESCRIBE_TABLES
from regulars.engines.duckdb import DuckDBEngine
from regulars.features.build import build_features
from regulars.features.tables import SHOP_STATISTICS, features_table
from regulars.publish.reader import Reader
from regulars.publish.release import publish
from regulars.publish.report.html import write_report
from regulars.segments.build import build_segments
from regulars.segments.tables import SEGMENT_TABLES
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.windows import Cutoff
from regulars.testing.shops import SIX_CUSTOMERS_CUTOFF, land_rows, six_customer_orders, six_customer_sign_ups
from regulars.warehouse.audits import audit
from regulars.warehouse.build import build
from regulars.warehouse.clock import default_cutoff, default_horizon
from regulars.warehouse.history import History


@dataclass(frozen=True)
class Report:
    """What was written, and what it was written from."""

    folder: Path

    @property
    def html(self) -> str:
        return self.page.read_text("utf-8")

    @property
    def page(self) -> Path:
        return self.folder / "report.html"

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(self.folder.joinpath("report.json").read_text("utf-8"))


class Shop:
    """A shop that was built and described once, to be published with whatever tables come on top."""

    def __init__(self, engine: DuckDBEngine, settings: Settings, cutoff: Cutoff | None = None) -> None:
        build(engine, settings)
        self.engine, self.settings = engine, settings
        self.audit = audit(engine, settings)
        self.cutoff = cutoff or default_cutoff(engine)
        self.horizon = default_horizon(engine, self.cutoff)
        self.history = History(engine, self.cutoff)
        build_features(self.history, self.horizon.days)
        build_segments(self.history, settings)
        describe(self.history, settings)

    def publish(self, workspace: Path, tables: Mapping[str, Rows] | None = None) -> Report:
        """Publish it with its report, as a run would."""

        def write(folder: Path) -> None:
            with Reader.at(folder) as reader:
                write_report(reader, folder)

        more = fill(self.engine, tables or {})
        release = publish(
            self.engine,
            Places(workspace),
            tables=(features_table(), SHOP_STATISTICS, *SEGMENT_TABLES, *DESCRIBE_TABLES, *more),
            cutoff=self.cutoff,
            horizon=self.horizon,
            settings=self.settings,
            audit=self.audit,
            write_report=write,
            history=self.history,
        )
        return Report(release.folder)


def _publish_report(engine: DuckDBEngine, workspace: Path, settings: Settings) -> Report:
    return Shop(engine, settings).publish(workspace)


Maker = Callable[..., Report]


@pytest.fixture(scope="session")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Return a function that makes the report of order lines."""

    def make(
        orders: Iterable[Mapping[str, Any]],
        customers: Iterable[Mapping[str, Any]] = (),
        *,
        name: str = "Tea shop",
        currency: str = "GBP",
        has_hours: bool = True,
        cutoff: Cutoff | None = None,
    ) -> Report:
        settings = Settings(shop={"name": name, "currency": currency})
        with DuckDBEngine() as engine:
            land_rows(engine, orders, customers, has_hours=has_hours)
            return Shop(engine, settings, cutoff).publish(tmp_path_factory.mktemp("shop"))

    return make


@pytest.fixture(scope="session")
def six_customers(report_of: Maker) -> Report:
    return report_of(six_customer_orders(), six_customer_sign_ups(), cutoff=SIX_CUSTOMERS_CUTOFF)


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    """Return a function that makes the six-customer shop's report with the tables of `hand_made`, or with others."""
    settings = Settings(shop={"name": "Tea shop", "currency": "GBP"})
    with DuckDBEngine() as engine:
        land_rows(engine, six_customer_orders(), six_customer_sign_ups(), has_hours=True)
        shop = Shop(engine, settings, SIX_CUSTOMERS_CUTOFF)
        yield lambda **instead: shop.publish(tmp_path_factory.mktemp("shop"), everything(**instead))


@pytest.fixture(scope="session")
def predicted(with_tables: Maker) -> Report:
    return with_tables()


@pytest.fixture(scope="session")
def publish_report() -> Maker:
    """Return the function that publishes what an engine has landed."""
    return _publish_report


# ---- the page in a browser

SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SMALLEST_LETTER = """() => {
  const sizes = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || ["SCRIPT", "STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    if (!element.getClientRects().length) continue;
    const drawn = element.getScreenCTM && element.getScreenCTM();
    const scale = drawn ? Math.hypot(drawn.b, drawn.d) : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale, element.tagName, walk.currentNode.textContent.trim()]);
  }
  return sizes.sort((a, b) => a[0] - b[0])[0];
}"""

LOW_CONTRAST = """() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = parts(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push([walk.currentNode.textContent.trim(), (a + 0.05) / (b + 0.05)]);
  }
  return bad;
}"""

CUT_LETTERS = """() => [...document.querySelectorAll(".drawing svg text")].filter((text) => {
  const box = text.getBoundingClientRect(), whole = text.ownerSVGElement.getBoundingClientRect();
  return whole.width && box.width && (box.left < whole.left - 1 || box.right > whole.right + 1 || box.bottom > whole.bottom + 1);
}).map((text) => text.textContent)"""


class Opened:
    """A page in a browser, and what it said and asked for."""

    def __init__(self, browser: Any, file: Path, size: str) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(viewport=SIZES[size], accept_downloads=True)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.absolute().as_uri())

    def everything_open(self) -> None:
        self.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        self.page.click("button[data-opens]")

    def is_as_wide_as_its_window(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]

    def smallest_letter(self) -> float:
        return self.page.evaluate(SMALLEST_LETTER)[0]

    def low_contrast(self) -> list[Any]:
        return self.page.evaluate(LOW_CONTRAST)

    def cut_letters(self) -> list[str]:
        return self.page.evaluate(CUT_LETTERS)


@pytest.fixture
def open_report(browser: Any) -> Iterator[Callable[[Path, str], Opened]]:
    """Return a function that opens a page as wide as a desk's or a phone's window."""
    opened: list[Opened] = []

    def open_it(file: Path, size: str) -> Opened:
        opened.append(Opened(browser, file, size))
        return opened[-1]

    yield open_it
    for one in opened:
        one.context.close()
