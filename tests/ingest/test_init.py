"""The settings file that is written for a new workspace."""

from __future__ import annotations

import pytest

from regulars.errors import MappingUnclear, SettingsError
from regulars.ingest.init import write_settings
from regulars.ingest.landing import land, survey
from regulars.settings import Settings

TEXT = "Rechnung;Datum;Kunde;Menge;Preis\n1;13.12.2023 08:26;anna@x.org;2;1.234,50 €\n2;14.12.2023 08:26;bert@x.org;2;4,50 €\n"


@pytest.fixture
def found(engine, write):
    return survey(engine, [write(TEXT, "bestellungen [neu].csv")], Settings())


def test_what_was_recognized_comes_back(found, tmp_path, engine):
    path = write_settings(
        tmp_path / "shop", found.mappings, name='Tea "&" Cups', timezone="Europe/Berlin", notes=found.notes
    )
    settings = Settings.load(tmp_path / "shop")
    assert (settings.shop.name, settings.shop.currency, settings.shop.timezone) == (
        'Tea "&" Cups',
        "EUR",
        "Europe/Berlin",
    )
    (source,) = settings.sources
    assert source.columns == found.mappings[0].columns
    assert (source.date_order, source.decimal, source.shape) == ("day_first", ",", "orders")
    again = land(engine, [tmp_path / "bestellungen [neu].csv"], settings)
    assert again.mappings[0].evidence["ordered_at"] == "as the settings say"
    assert "2023-12-13 … 2023-12-14" in path.read_text()


def test_reasons_are_comments_and_name_nobody(found, tmp_path):
    text = write_settings(tmp_path, found.mappings).read_text()
    assert "# one row per order line" in text
    assert "anna" not in text


def test_a_file_that_is_there_is_left_alone(found, tmp_path):
    write_settings(tmp_path, found.mappings)
    with pytest.raises(SettingsError, match="already") as problem:
        write_settings(tmp_path, found.mappings, currency="USD")
    assert "--force" in problem.value.hint
    assert Settings.load(tmp_path).shop.currency == "EUR"
    write_settings(tmp_path, found.mappings, currency="USD", overwrite=True)
    assert Settings.load(tmp_path).shop.currency == "USD"


def test_a_currency_that_nobody_named_is_left_open(engine, write, tmp_path):
    found = survey(engine, [write("customer,date,amount\na,2024-01-13,5.00\n")], Settings())
    text = write_settings(tmp_path / "shop", found.mappings).read_text()
    assert '# currency = "EUR"' in text
    assert Settings.load(tmp_path / "shop").shop.currency is None


def test_a_control_character_in_a_cell_stays_in_its_comment(engine, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text('customer,date,amount,"a\nb",sku\na,2024-01-13,5.00,x,"q\nfiles = ""evil"""\n')
    write_settings(tmp_path / "shop", survey(engine, [path], Settings()).mappings)
    assert Settings.load(tmp_path / "shop").sources[0].files == "orders.csv"


def test_names_of_categories_are_still_known_once_settings_are_written(engine, write, tmp_path, rows):
    """With the settings that were written, products lost the names of their categories."""
    files = [
        write("id,name\n7,Tea\n8,Cups\n", "categories.csv"),
        write("id,name,category_id\nA,Green tea,7\nB,Cup,8\n", "products.csv"),
        write("customer,date,product_id,price\na,2024-01-13,A,5.00\n", "orders.csv"),
    ]
    found = survey(engine, files, Settings())
    write_settings(tmp_path / "shop", found.mappings, categories=found.categories)
    settings = Settings.load(tmp_path / "shop")
    assert [source.shape for source in settings.sources] == ["products", "orders", "categories"]
    land(engine, files, settings)
    assert [row["category"] for row in rows("raw_products")] == ["Tea", "Cups"]


def test_orders_without_any_amount_are_no_settings(engine, write):
    with pytest.raises(MappingUnclear, match="the orders have no amount"):
        survey(engine, [write("order_id,customer,date\n1,a,2024-01-13\n")], Settings())
