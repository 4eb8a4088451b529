"""The command line: what it writes, what it says, and how it ends."""

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from segmentation.cli import main
from tests.support.customers import HEADER

pytestmark = pytest.mark.usefixtures("segments_sought_once")
WRITTEN = {"data.json", "Clustering_Final.csv", "members.npz"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_installed_command_writes_what_the_engine_gives(sample, sample_result, tmp_path):
    """In a process of its own, so that the result is shown to depend on nothing in this one."""
    out = tmp_path / "new" / "folder"
    command = Path(sys.executable).with_name("segment")

    found = subprocess.run([command, sample, "--out", out], capture_output=True, text=True, check=False)

    assert (found.returncode, found.stderr) == (0, "")
    assert names_in(out) == WRITTEN
    document = json.loads((out / "data.json").read_text(encoding="utf-8"))
    assert document | sample_result.document == document
    assert document["source"]["name"] == "sample_customers.csv"
    assert (out / "Clustering_Final.csv").read_bytes() == sample_result.assigned_csv
    assert "300 rows read: 300 customers used; none rejected." in found.stdout
    for mode in document["modes"].values():
        assert all(segment["name"] in found.stdout for segment in mode["segments"])


def test_the_number_of_segments_can_be_fixed(sample, tmp_path):
    assert main([str(sample), "--out", str(tmp_path), "--k", "3"]) == 0

    document = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert (document["k"]["value"], document["k"]["source"]) == (3, "setting")
    assert [len(mode["segments"]) for mode in document["modes"].values()] == [3, 3]
    with (tmp_path / "Clustering_Final.csv").open(newline="") as file:
        assert {row["Multivariate Cluster"] for row in csv.DictReader(file)} == {"1", "2", "3"}


@pytest.mark.parametrize("k", ["1", "11", "five", ""])
def test_a_number_of_segments_that_is_not_offered_is_refused(k, sample, tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([str(sample), "--out", str(tmp_path / "out"), "--k", k])

    assert "--k" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unusable_file_is_answered_in_one_message(tmp_path, capsys):
    upload = tmp_path / "holiday.csv"
    upload.write_bytes(b"\x89PNG\r\n")

    assert main([str(upload), "--out", str(tmp_path / "out")]) == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("segment: holiday.csv: The file is a PNG picture, not a CSV. ")
    assert output.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_unusable_file_leaves_earlier_results(tmp_path):
    upload, out = tmp_path / "customers.csv", tmp_path / "out"
    upload.write_bytes(b"")
    out.mkdir()
    for name in WRITTEN:
        (out / name).write_text("earlier")

    assert main([str(upload), "--out", str(out)]) == 2

    assert names_in(out) == WRITTEN
    assert all((out / name).read_text() == "earlier" for name in WRITTEN)


def test_a_fault_far_down_the_file_leaves_nothing_half_written(tmp_path, capsys):
    upload, out = tmp_path / "customers.csv.gz", tmp_path / "out"
    rows = "".join(f"{i},Male,{20 + i % 50},{i % 90},{i % 97}\n" for i in range(100_000))
    upload.write_bytes(gzip.compress(f"{HEADER}\n{rows}".encode(), 1)[:-1_000])

    assert main([str(upload), "--out", str(out)]) == 2

    assert "The gzip archive ends before its content does." in capsys.readouterr().err
    assert not out.exists()


def test_a_refusal_ends_with_settings_that_work(sample, tmp_path, capsys):
    settings, out = tmp_path / "settings.json", tmp_path / "out"
    settings.write_text('{"columns": {"income": "Shoe size"}, "k": 4}')

    assert main([str(sample), "--out", str(out), "--quiet", "--settings", str(settings)]) == 2
    told, brace, offered = capsys.readouterr().err.partition("\n{")
    assert "add --settings settings.json" in told.splitlines()[-1]
    assert not out.exists()

    settings.write_text(brace + offered)
    assert main([str(sample), "--out", str(out), "--quiet", "--settings", str(settings)]) == 0
    assert json.loads((out / "data.json").read_text())["k"]["value"] == 4


def test_scoring_offers_no_settings_since_it_is_the_model_that_chooses(sample, tmp_path, capsys):
    model, settings = tmp_path / "data.json", tmp_path / "settings.json"
    settings.write_text('{"columns": {"income": "Shoe size"}}')
    assert main([str(sample), "--out", str(tmp_path), "--quiet"]) == 0
    score = ["score", str(sample), "--model", str(model), "--out", str(tmp_path / "scored.csv")]

    assert main([*score, "--settings", str(settings)]) == 2

    assert "\n{" not in capsys.readouterr().err


def test_the_settings_that_are_handed_over_give_the_same_result(sample, tmp_path, capsys):
    settings, customers = tmp_path / "settings.json", tmp_path / "customers.csv"
    text = sample.read_text().replace("Annual Income (k$)", "Total Spend").replace("Spending Score (1-100)", "Orders")
    customers.write_text(text)
    assert main([str(customers), "--out", str(tmp_path / "first")]) == 0
    output = capsys.readouterr().out
    assert "\nFeature: Total Spend. " in output
    settings.write_text("{" + output.partition("\n{")[2].partition("\n}")[0] + "}")

    assert main([str(customers), "--out", str(tmp_path / "again"), "--settings", str(settings)]) == 0

    first, again = (json.loads((tmp_path / name / "data.json").read_text()) for name in ("first", "again"))
    assert again["modes"] == first["modes"]
    assert again["intake"]["settings"] == first["intake"]["settings"] == json.loads(settings.read_text())


def test_a_compressed_file_is_read(sample, sample_result, tmp_path):
    upload = tmp_path / "customers.csv.gz"
    upload.write_bytes(gzip.compress(sample.read_bytes()))

    assert main([str(upload), "--out", str(tmp_path / "out"), "--quiet"]) == 0

    assert (tmp_path / "out" / "Clustering_Final.csv").read_bytes() == sample_result.assigned_csv


def test_the_run_is_named_after_the_bytes_of_the_file_and_a_secret(sample, tmp_path):
    """Who knows all of the file but one row may not find out by the name which row it is."""
    for name, secret in (
        ("one", ["--rounding-key", "s"]),
        ("two", ["--rounding-key", "s"]),
        ("three", []),
        ("four", []),
    ):
        (tmp_path / f"{name}.csv").write_bytes(sample.read_bytes())
        assert main([str(tmp_path / f"{name}.csv"), "--out", str(tmp_path / name), "--quiet", *secret]) == 0

    one, two, three, four = (
        json.loads((tmp_path / name / "data.json").read_text(encoding="utf-8"))
        for name in ("one", "two", "three", "four")
    )
    assert one["run_id"] == two["run_id"]
    assert len({one["run_id"], three["run_id"], four["run_id"]}) == 3
    assert one["source"]["name"] == "one.csv"


def test_a_run_is_compared_with_the_results_in_a_folder(sample, tmp_path, capsys):
    """With and without the list of those who were in it."""
    before, now = tmp_path / "before", tmp_path / "now"
    assert main([str(sample), "--out", str(before), "--quiet"]) == 0

    for listed in (True, False):
        if not listed:
            (before / "members.npz").unlink()
        assert main([str(sample), "--out", str(now), "--previous", str(before)]) == 0
        change = json.loads((now / "data.json").read_text(encoding="utf-8"))["changes"]["modes"]["bivariate"]
        assert (change["flow"] is not None) == listed
        assert change["text"] in capsys.readouterr().out


def test_quiet_says_nothing(sample, tmp_path, capsys):
    assert main([str(sample), "--out", str(tmp_path), "--quiet"]) == 0

    assert capsys.readouterr() == ("", "")


def test_progress_is_reported_to_programs_as_lines_of_json(sample, tmp_path, capsys):
    assert main([str(sample), "--out", str(tmp_path), "--json-log"]) == 0

    output = capsys.readouterr()
    lines = [json.loads(line) for line in output.err.splitlines()]
    assert [line["stage"] for line in lines] == ["reading", "clustering", "writing", "writing"]
    assert lines[-1]["rows"] == 300
    assert [line["seconds"] for line in lines] == sorted(line["seconds"] for line in lines)
    assert "300 rows read" in output.out


def test_progress_is_shown_on_a_terminal_and_wiped_out_in_the_end(sample, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    assert main([str(sample), "--out", str(tmp_path)]) == 0

    shown = capsys.readouterr().err
    assert "\r\x1b[KReading: 300 rows" in shown
    assert "\r\x1b[KWriting: " in shown
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize("name", ["missing.csv", ""])
def test_a_file_that_cannot_be_read_is_named(name, tmp_path, capsys):
    """The second is the folder itself."""
    upload = tmp_path / name

    assert main([str(upload), "--out", str(tmp_path / "out")]) == 2

    error = capsys.readouterr().err
    assert error.startswith(f"segment: {upload}: ")
    assert error.count("\n") == 1


def test_a_place_that_cannot_be_written_to_is_named(sample, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")

    assert main([str(sample), "--out", str(tmp_path / "file")]) == 2

    assert capsys.readouterr().err.startswith(f"segment: {tmp_path / 'file'}: ")
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_pipe_cannot_be_read_twice_and_is_refused(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.csv")

    assert main([str(tmp_path / "pipe.csv"), "--out", str(tmp_path / "out")]) == 2

    assert "is no file that can be read twice" in capsys.readouterr().err


def test_results_are_not_written_over_their_own_input(sample, tmp_path, capsys):
    upload = tmp_path / "Clustering_Final.csv"
    upload.write_bytes(sample.read_bytes())

    assert main([str(upload), "--out", str(tmp_path)]) == 2

    assert "choose another --out" in capsys.readouterr().err
    assert upload.read_bytes() == sample.read_bytes()


def test_if_one_result_cannot_be_written_none_is(sample, tmp_path, capsys):
    (tmp_path / "data.json").mkdir()

    assert main([str(sample), "--out", str(tmp_path)]) == 2

    assert capsys.readouterr().err.startswith(f"segment: {tmp_path / 'data.json'}: ")
    assert names_in(tmp_path) == {"data.json"}


def test_what_goes_wrong_half_way_leaves_nothing_half_written(sample, tmp_path, monkeypatch):
    """Ctrl-C, say, while the rows are written."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("segmentation.results.assignments.AssignedRows.written", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main([str(sample), "--out", str(tmp_path), "--quiet"])

    assert names_in(tmp_path) == set()


def test_results_are_as_private_as_the_user_wants_files_to_be(sample, tmp_path):
    before = os.umask(0o077)
    try:
        assert main([str(sample), "--out", str(tmp_path), "--quiet"]) == 0
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_who_listens_to_the_first_lines_only_is_no_fault(sample, tmp_path):
    command = Path(sys.executable).with_name("segment")
    process = subprocess.Popen([command, sample, "--out", tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    with process.stderr:
        error = process.stderr.read()

    assert (process.wait(), error) == (0, b"")
    assert names_in(tmp_path) == WRITTEN


def test_the_version_is_printed(capsys):
    from segmentation import __version__

    with pytest.raises(SystemExit, match="0"):
        main(["--version"])

    assert capsys.readouterr().out == f"segment {__version__}\n"
