"""The state of the local loop: whole at each start, and no upload lost, whatever was killed when."""

import json
import shutil
from pathlib import Path

import pytest

from infra.local.state import ACCOUNT, restore, save

INPUT = "customerintelligencesuite-pipelineinput1929d2e4-"
OLD, NEW = f"{INPUT}old", f"{INPUT}new"


class KilledError(BaseException):
    """In the place of a SIGKILL."""


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def upload(folder: Path, bucket: str) -> None:
    """Write an upload and a version before it as MiniStack does."""
    write(folder / "objects" / ACCOUNT / bucket / "customers.csv", "second")
    write(folder / "objects" / ACCOUNT / bucket / "customers.csv.meta.json", "{}")
    write(folder / "objects" / ".versions" / ACCOUNT / bucket / "1" / "customers.csv", "first")


def end_of_a_run(folder: Path, run: int) -> None:
    """Write the state as an emulator does that is asked to end."""
    for service in ("cloudformation", "s3"):
        write(folder / "state" / f"{service}.json", json.dumps({"run": run}))


def runs_in(folder: Path) -> set[int]:
    return {json.loads(file.read_text())["run"] for file in (folder / "state").glob("*.json")}


def uploads_of(folder: Path, bucket: str) -> tuple[str, str]:
    objects, versions = folder / "objects" / ACCOUNT / bucket, folder / "objects" / ".versions" / ACCOUNT / bucket
    return (objects / "customers.csv").read_text(), (versions / "1" / "customers.csv").read_text()


def test_what_was_saved_is_what_the_next_run_starts_from(tmp_path):
    assert not restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    upload(tmp_path, NEW)
    save(tmp_path, NEW)

    assert restore(tmp_path)
    assert runs_in(tmp_path) == {1}
    assert uploads_of(tmp_path, NEW) == ("second", "first")


def test_what_an_emulator_was_killed_over_is_not_heeded(tmp_path):
    restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    save(tmp_path, NEW)
    restore(tmp_path)
    write(tmp_path / "state" / "s3.json", json.dumps({"run": 2}))

    assert restore(tmp_path)
    assert runs_in(tmp_path) == {1}


def test_of_a_deployment_that_was_never_saved_nothing_is_left_but_uploads(tmp_path):
    restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    upload(tmp_path, OLD)
    (tmp_path / "objects" / ACCOUNT / f"{INPUT}empty").mkdir()
    write(tmp_path / "objects" / ACCOUNT / "cdk-hnb659fds-assets-000000000000-us-east-1" / "code.zip", "")

    assert not restore(tmp_path)
    assert not runs_in(tmp_path)
    assert [folder.name for folder in (tmp_path / "objects" / ACCOUNT).iterdir()] == [OLD]
    assert uploads_of(tmp_path, OLD) == ("second", "first")


@pytest.mark.parametrize("content", [b"", b'{"run": ', b"\x00\x00\xff"])
def test_a_state_that_is_no_longer_whole_is_given_up_and_its_uploads_are_not(content, tmp_path):
    restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    upload(tmp_path, OLD)
    save(tmp_path, OLD)
    (tmp_path / "saved" / "s3.json").write_bytes(content)

    assert not restore(tmp_path)
    end_of_a_run(tmp_path, 2)
    (tmp_path / "objects" / ACCOUNT / NEW).mkdir()
    save(tmp_path, NEW)

    assert restore(tmp_path)
    assert runs_in(tmp_path) == {2}
    assert uploads_of(tmp_path, NEW) == ("second", "first")


@pytest.mark.parametrize("moment", range(6))
def test_saving_may_be_killed_at_any_moment(moment, tmp_path, monkeypatch):
    restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    upload(tmp_path, OLD)
    save(tmp_path, OLD)
    restore(tmp_path)
    end_of_a_run(tmp_path, 2)
    steps = iter(range(moment))

    def or_killed(do):
        def step(*arguments, **options):
            if next(steps, None) is None:
                raise KilledError
            return do(*arguments, **options)

        return step

    with monkeypatch.context() as killing:
        killing.setattr(shutil, "rmtree", or_killed(shutil.rmtree))
        killing.setattr(Path, "rename", or_killed(Path.rename))
        try:
            save(tmp_path, OLD)
        except KilledError:
            assert moment < 4
        else:
            assert moment >= 4

    assert restore(tmp_path)
    assert runs_in(tmp_path) in ({1}, {2})
    assert uploads_of(tmp_path, OLD) == ("second", "first")


@pytest.mark.parametrize("moment", range(3))
def test_handing_uploads_on_may_be_killed_at_any_moment(moment, tmp_path, monkeypatch):
    upload(tmp_path, OLD)
    restore(tmp_path)
    end_of_a_run(tmp_path, 1)
    steps, rename = iter(range(moment)), Path.rename

    def or_killed(path, target):
        if next(steps, None) is None:
            raise KilledError
        return rename(path, target)

    with monkeypatch.context() as killing:
        killing.setattr(Path, "rename", or_killed)
        with pytest.raises(KilledError):
            save(tmp_path, NEW)
    assert not restore(tmp_path)
    end_of_a_run(tmp_path, 2)
    save(tmp_path, f"{NEW}er")

    assert restore(tmp_path)
    assert uploads_of(tmp_path, f"{NEW}er") == ("second", "first")
