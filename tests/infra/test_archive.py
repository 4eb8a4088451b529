"""Archives for Lambda and Glue do not depend on the machine that made them."""

import os
from zipfile import ZipFile

import pytest

from infra.archive import files_below, write_archive


@pytest.fixture
def strict_umask():
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_what_only_its_owner_can_read_here_all_can_read_there(tmp_path, strict_umask):
    module = tmp_path / "folder" / "module.py"
    module.parent.mkdir()
    module.write_text("x = 1")
    assert module.stat().st_mode & 0o777 == 0o600

    with ZipFile(write_archive(tmp_path / "made.zip", files_below(tmp_path))) as archive:
        (entry,) = archive.infolist()
        assert entry.filename == "folder/module.py"
        assert entry.external_attr >> 16 & 0o777 == 0o644
        assert archive.read(entry) == b"x = 1"


def test_the_same_files_make_the_same_archive(tmp_path):
    first, second = tmp_path / "b", tmp_path / "a"
    for path in (first, second):
        path.write_text(path.name)
    one = write_archive(tmp_path / "one.zip", {"b": first, "a": second}).read_bytes()
    os.utime(first, (0, 0))
    first.chmod(0o700)

    assert write_archive(tmp_path / "other.zip", {"a": second, "b": first}).read_bytes() == one


def test_an_archive_that_cannot_be_finished_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "made.zip", {"missing": tmp_path / "missing"})

    assert not (tmp_path / "made.zip").exists()
