"""The notebook runs top to bottom, on the sample and on other files, and says what the engine says."""

import re

import nbformat
import pytest

from infra.layer import ROOT
from segmentation.rounding import two_decimals
from tests.support.customers import csv_of
from tests.support.notebook import PATH, executed

PALETTE = ROOT / "site" / "src" / "charts" / "palette.js"


@pytest.fixture(scope="module")
def committed():
    return nbformat.read(PATH, as_version=4)


def said(notebook) -> str:
    """Return all that the cells wrote, as a reader sees it."""
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [data.get("text/markdown") or data.get("text/plain", "") for data in outputs if "image/png" not in data]
    return "\n".join(texts).replace("\\$", "$")


def charts(notebook) -> int:
    return sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


def streams(notebook) -> list[str]:
    return [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]


def test_it_is_committed_without_outputs(committed):
    assert not any(cell.outputs or cell.execution_count for cell in committed.cells if cell.cell_type == "code")


def test_its_prose_states_no_number_of_any_file(committed):
    """What is known of customers is written by cells; the prose holds no number with decimals, nor a name of theirs."""
    prose = "\n".join(cell.source for cell in committed.cells if cell.cell_type == "markdown")
    names = r"income|female|male\b|premium|mainstream|k\$"
    allowed = {"below 0.2 it is too small to matter, above 0.8 it is large", "below 0.5 it has dissolved"}
    for sentence in allowed:
        assert sentence in prose
        prose = prose.replace(sentence, "")

    assert re.findall(rf"\d\.\d|{names}", prose.replace("low, middle and high incomes", ""), re.IGNORECASE) == []


def test_its_colours_are_those_of_the_page(committed):
    code = next(cell.source for cell in committed.cells if "COLOURS =" in cell.source)
    colours = re.findall(r"#\w{6}", code.split("COLOURS =")[1].split("SHAPES")[0])

    light = PALETTE.read_text(encoding="utf-8").split("dark:")[0]
    assert colours == re.findall(r"#\w{6}", light.split("segments: [")[1].split("]")[0])


def test_on_the_sample_it_says_what_the_engine_says(sample, sample_result):
    notebook = executed(sample)
    text, document = said(notebook), sample_result.document

    assert streams(notebook) == []
    assert charts(notebook) == 11
    assert document["k"]["text"] in text
    assert document["comparison"]["text"] in text
    for mode in document["modes"].values():
        assert mode["trust"]["text"] in text
        assert all(segment["name"] in text for segment in mode["segments"])
    for segment in document["modes"]["bivariate"]["segments"]:
        assert f"{segment['analysis']} {segment['trust']['text']} *What to do:* {segment['action']}" in text
    for landscape in document["landscapes"]:
        assert two_decimals(landscape["r"]) in text


def test_a_file_with_two_columns_in_a_folder_of_its_own_will_do(tmp_path):
    rows = [f"{20 + 3 * (i % 17)};{(37 * i) % 90},5" for i in range(60)]
    (tmp_path / "köpare $.csv").write_bytes(csv_of(*rows, header="Annual Income ($);Spending Score ($)"))
    (tmp_path / "settings.json").write_text('{"k": 3}')

    notebook = executed(tmp_path / "köpare $.csv")

    assert streams(notebook) == []
    assert "K = 3 was fixed by a setting" in said(notebook)
    assert "**köpare $.csv** is UTF-8 with ';' between its cells" in said(notebook)


def test_categories_alone_and_many_features_will_do(tmp_path):
    rows = [f"{i % 50},{(7 * i) % 40},{(3 * i) % 31},{i % 3},{'abc'[i % 3]}" for i in range(90)]
    (tmp_path / "goods.csv").write_bytes(csv_of(*rows, header="Fresh,Milk,Grocery,Visits,Channel"))
    modes = '{"bivariate": ["Fresh", "Milk"], "multivariate": ["Fresh", "Milk", "Grocery", "Visits", "Channel"]}'
    (tmp_path / "settings.json").write_text(f'{{"modes": {modes}}}')

    text = said(executed(tmp_path / "goods.csv"))

    assert "Visits: Only 3 different" in text
    assert "**Grocery** averages" in text
