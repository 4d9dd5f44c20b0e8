"""What `./benchmark` makes of its figures. Nothing is measured here."""

from xml.etree import ElementTree

from bench import charts, report


def rounds(*processor: float) -> list[dict[str, float]]:
    return [{"rate": 1.0, "p50": 1.0, "p99": 1.0, "cpu": each} for each in processor]


def test_ratio_is_processor_time_of_the_floor_over_that_of_the_product():
    found = {
        "operations": {"get": {"floor": rounds(40, 60, 50), "product": rounds(90, 100, 400)}},
        "formats": {"json": {"cpu": 30.0}, "xml": {"cpu": 60.0}},
    }
    assert report.ratios(found) == {"get": 0.5, "xml": 0.5}


def test_chart_is_well_formed_and_names_every_row_and_goal():
    drawn = ElementTree.fromstring(charts.bars("a < b", {"get & go": 0.5}, marks={"get & go": 0.8}))
    texts = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["a < b", "get & go", "0.50"]
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}line"))) == 1


def test_growth_compares_the_last_size_with_the_first():
    drawn = charts.growth("SQLite", [200, 1000], {"get": [2.0, 3.0]})
    assert ">1.50<" in drawn
    assert "200 to 1,000 rows" in drawn
