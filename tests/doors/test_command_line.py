"""The journey of a shop on the command line: from a file to answers, and from mistakes to words."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.doors.command import alone, here

from regulars.testing.shops import six_customer_orders, write_csv


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the six-customer shop's order file, run once."""
    folder = tmp_path_factory.mktemp("journey")
    write_csv(six_customer_orders(), folder / "orders.csv")
    done = alone(folder, "run", "orders.csv")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_run_leaves_a_release_and_says_where_its_report_is(shop: Path) -> None:
    current = (shop / "shop" / "releases" / "current").read_text().strip()
    said = alone(shop, "report")
    assert Path(said.stdout.strip()) == (shop / "shop" / "releases" / current / "report.html").resolve()
    assert (shop / "shop" / "releases" / current / "report.html").stat().st_size > 10_000


def test_talk_goes_to_stderr_and_data_to_stdout(shop: Path) -> None:
    said = alone(shop, "run", "--json")
    assert json.loads(said.stdout)["release"]["shop"]["name"] == "shop"
    assert "publish" in said.stderr


def test_show_tells_who_a_customer_is(shop: Path) -> None:
    said = alone(shop, "show", "ann")
    assert said.returncode == 0
    assert "4 orders" in said.stdout
    assert json.loads(here(shop, "show", "ann", "--json").stdout)["features"]["n_orders"] == 4


def test_show_of_nobody_is_an_error_with_a_hint(shop: Path) -> None:
    said = alone(shop, "show", "anne")
    assert said.returncode == 2
    assert "no customer 'anne'" in said.stderr
    assert "hint: did you mean ann" in said.stderr
    assert said.stdout == ""


def test_sql_answers_in_a_table_and_in_json(shop: Path) -> None:
    query = "SELECT count(*) AS n FROM customers"
    assert json.loads(here(shop, "sql", query, "--json").stdout) == [{"n": 6}]
    assert "6" in here(shop, "sql", query).stdout


@pytest.mark.parametrize("query", ["DROP TABLE customers", "SELECT * FROM read_csv('orders.csv')", "SELEC 1"])
def test_sql_can_read_the_release_and_nothing_else(shop: Path, query: str) -> None:
    said = here(shop, "sql", query)
    assert said.returncode == 2
    assert said.stderr.startswith("error: ")


def test_export_writes_lists_and_tables(shop: Path) -> None:
    said = here(shop, "export", "segments", "--to", "lists")
    written = [Path(line) for line in said.stdout.splitlines()]
    assert written
    assert all((shop / path).exists() for path in written)
    assert here(shop, "export", "features", "--to", "f.parquet").returncode == 0
    every = here(shop, "export", "all", "--format", "parquet", "--to", "everything").stdout.split()
    assert "everything/customers.parquet" in every
    assert {Path(path).suffix for path in every} == {".parquet"}
    assert (shop / "f.parquet").read_bytes()[:4] == b"PAR1"


def test_check_says_what_is_wrong_and_keeps_nothing(shop: Path) -> None:
    said = here(shop, "check", "orders.csv", "--json", "--workspace", "elsewhere")
    audit = json.loads(said.stdout)
    assert audit["rows_in"] == 19
    assert audit["rows_in"] == audit["rows_kept"] + audit["rows_set_aside"]
    assert said.returncode in (0, 1)
    assert not (shop / "elsewhere").exists()


def test_doctor_finds_a_damaged_release(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path, dirs_exist_ok=True)
    assert here(tmp_path, "doctor").returncode == 0
    current = (tmp_path / "shop" / "releases" / "current").read_text().strip()
    features = tmp_path / "shop" / "releases" / current / "features.parquet"
    content = bytearray(features.read_bytes())
    content[len(content) // 2] ^= 0xFF
    features.write_bytes(content)
    said = here(tmp_path, "doctor")
    assert said.returncode == 1
    assert "features.parquet was changed" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nowhere.csv"], "nowhere.csv"),
        (["run", "--workspace", "empty"], "nothing has been loaded into empty yet"),
        (["run", "orders.csv", "--cutoff", "soon"], "'soon' is not a date"),
        (["run", "orders.csv", "--cutoff", "2031-01-01"], "beyond the last order"),
        (["show", "ann", "--workspace", "empty"], "nothing has been published"),
        (["export", "featurs"], "did you mean features"),
        (["report", "--release", "1999"], "1999"),
    ],
)
def test_mistakes_get_words_not_tracebacks(shop: Path, arguments: list[str], says: str) -> None:
    said = here(shop, *arguments)
    assert said.returncode == 2, said.stderr
    assert says in said.stderr
    assert "hint: " in said.stderr


def test_a_closed_pipe_is_no_error(shop: Path) -> None:
    pipe = f"{sys.executable} -m regulars sql 'SELECT * FROM order_lines, range(5000)' --json | head -n 1"
    said = subprocess.run(
        ["bash", "-c", pipe], cwd=shop, capture_output=True, text=True, timeout=60, check=False
    )
    assert said.stderr == ""


def test_help_teaches_every_command() -> None:
    said = alone(Path(), "--help").stdout
    for name in ("demo", "init", "check", "run", "show", "backtest", "export", "report", "sql", "doctor"):
        assert name in said


def test_importing_the_package_brings_nothing_heavy() -> None:
    heavy = [
        "duckdb",
        "pyarrow",
        "numpy",
        "scipy",
        "pandas",
        "pydantic",
        "jinja2",
        "vl_convert",
        "sqlglot",
        "statsmodels",
    ]
    code = f"import regulars, sys; print([m for m in {heavy} if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def predicted_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic shop with enough of a past to be judged by."""
    folder = tmp_path_factory.mktemp("predicted")
    said = alone(
        folder, "demo", "--customers", "400", "--workspace", "shop", "--json", REGULARS_PREDICTIONS__BACKTEST_CUTOFFS="3"
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return folder


def test_the_proof_is_told_on_the_terminal(predicted_shop: Path) -> None:
    said = here(predicted_shop, "backtest")
    assert said.returncode == 0, said.stderr
    assert "everything later was hidden" in said.stdout
    assert "← used" in said.stdout
    assert "(rule)" in said.stdout
    proof = json.loads(here(predicted_shop, "backtest", "--json").stdout)
    assert [one["target"] for one in proof["targets"]][:2] == ["churn", "value"]
    one = here(predicted_shop, "backtest", "--target", "churn")
    assert "95 % interval" in one.stdout
    wrong = here(predicted_shop, "backtest", "--target", "weather")
    assert wrong.returncode == 2
    assert "judged were: churn" in wrong.stderr


def test_a_customer_is_shown_with_what_lies_ahead(predicted_shop: Path) -> None:
    query = "SELECT customer_id FROM predictions ORDER BY revenue_at_risk DESC, customer_id LIMIT 1"
    first = json.loads(here(predicted_shop, "sql", query, "--json").stdout)[0]["customer_id"]
    said = here(predicted_shop, "show", first)
    assert "likely not to order within" in said.stdout
    assert "of the risk" in said.stdout


def test_findings_that_count_the_same_revenue_say_so(predicted_shop: Path) -> None:
    told = here(predicted_shop, "findings")
    found = json.loads(here(predicted_shop, "findings", "--json").stdout)["findings"]
    places = {row["finding_id"]: row["place"] for row in found}
    shared = [
        sorted(places[other] for other in row["overlaps_with"]) for row in found if row["overlaps_with"]
    ]
    assert shared
    for mine in shared:
        assert f"Counts revenue that is also in {', '.join(map(str, mine))}." in " ".join(told.stdout.split())


def test_a_shop_whose_orders_name_no_customer_is_told_that(tmp_path: Path) -> None:
    rows = [f"o{n},{date(2025, 1, 1) + timedelta(days=n)},tea,1,5" for n in range(300)]
    (tmp_path / "orders.csv").write_text(
        "\n".join(["order_id,order_date,product_id,quantity,unit_price", *rows])
    )
    told = here(tmp_path, "run", "orders.csv", "--workspace", "shop")
    assert told.returncode == 0, told.stderr
    assert "regulars report --open" in told.stderr
    assert "show CUSTOMER" not in told.stderr
    said = here(tmp_path, "backtest", "--workspace", "shop").stdout
    assert said.startswith("No order names a customer, so there is nobody to predict anything of.\n")
    assert "No past window" not in said
    assert "nobody is asked about" not in said


def test_a_shop_too_young_to_be_judged_says_so(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
        "1,ann,2026-01-05 10:00,cup,1,8.00\n2,bob,2026-01-09 12:00,pot,1,20.00\n3,ann,2026-01-14 10:00,cup,2,8.00\n",
        encoding="utf-8",
    )
    made = here(tmp_path, "run", "orders.csv")
    assert made.returncode == 0, made.stderr
    said = here(tmp_path, "backtest")
    assert said.returncode == 0, said.stderr
    assert "no prediction can be judged yet" in said.stdout


def test_names_of_files_are_said_as_they_are(tmp_path: Path) -> None:
    """A sheet called Notes was written as a musical note, and brackets were taken for a color."""
    name = "x :notes: [red].csv"
    write_csv(six_customer_orders(), tmp_path / name)
    assert f"read {name} (" in here(tmp_path, "check", name).stderr


def test_check_counts_whatever_was_told(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("customer_id,age,city\n1,25,Ulm\n2,30,Bonn\n")
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating\n1,31,2.5\n2,31,4\n")
    said = here(tmp_path, "check", "people.csv", "ratings.csv").stdout
    assert "2 told by a table of customers" in said
    assert "2 in = 2 kept + 0 set aside" in said


def test_a_run_says_what_it_left_out(tmp_path: Path) -> None:
    """`check` said it, and a run passed over a file without a word."""
    (tmp_path / "files").mkdir()
    write_csv(six_customer_orders(), tmp_path / "files" / "orders.csv")
    (tmp_path / "files" / "page.weird").write_text("x")
    said = here(tmp_path, "run", "files")
    assert said.returncode == 0
    assert "note: page.weird was left out: its kind is not known." in said.stderr
