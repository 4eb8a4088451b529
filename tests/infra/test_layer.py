"""What goes to Lambda: small enough, for its processor and its Python, and complete."""

import re
import struct
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.layer import LAMBDA_LIMIT_BYTES, REQUIREMENTS, ROOT, build_layer, layer_for, promote

AARCH64 = 183


@pytest.fixture(scope="module")
def layer_archive() -> Path:
    """Downloads some 60 MB, unless it is there already."""
    return build_layer(layer_for("aws"))


@pytest.fixture(scope="module")
def layer(layer_archive, tmp_path_factory) -> Path:
    """As Lambda unpacks it."""
    folder = tmp_path_factory.mktemp("layer")
    with ZipFile(layer_archive) as archive:
        archive.extractall(folder)
    return folder / "python"


@pytest.fixture(scope="module")
def function_archive(stack) -> Path:
    """What CDK uploads."""
    _, found = stack.one("AWS::Lambda::Function", Handler="handler.handler")
    return stack.assets / f"asset.{found['Code']['S3Key']}"


def unpacked_bytes(archive: Path, suffix: str = "") -> int:
    with ZipFile(archive) as found:
        return sum(entry.file_size for entry in found.infolist() if entry.filename.endswith(suffix))


def test_layer_and_function_together_are_below_lambdas_limit(layer_archive, function_archive):
    assert LAMBDA_LIMIT_BYTES == 262_144_000
    sources = unpacked_bytes(layer_archive) - unpacked_bytes(layer_archive, ".pyc") + unpacked_bytes(function_archive)
    # As compiled for the Python here, where Lambda's is not.
    compiled = unpacked_bytes(build_layer(layer_for("emulator")), ".pyc")
    assert compiled > 20_000_000
    assert 100_000_000 < sources + compiled < LAMBDA_LIMIT_BYTES


def test_lambda_can_read_all_of_both(layer_archive, function_archive):
    for path in (layer_archive, function_archive):
        with ZipFile(path) as archive:
            assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}


def test_the_function_is_its_modules_and_nothing_else(function_archive):
    with ZipFile(function_archive) as archive:
        files = set(archive.namelist())

    sources = ROOT / "lambda"
    modules = {
        path.relative_to(sources).as_posix()
        for folder in ("segmentation", "service")
        for path in (sources / folder).rglob("*.py")
    }
    assert {"segmentation/pipeline.py", "segmentation/clustering/kmeans.py", "service/publisher.py"} <= modules
    assert files == {"handler.py", "segmentation/settings.schema.json"} | modules


def test_the_deployed_layer_is_the_built_one(layer_archive, stack):
    _, found = stack.one("AWS::Lambda::LayerVersion", Description="scikit-learn, NumPy and pandas")

    assert (stack.assets / f"asset.{found['Content']['S3Key']}").read_bytes() == layer_archive.read_bytes()


def test_every_shared_object_is_for_lambdas_processor_and_python(layer):
    objects = [path for path in layer.rglob("*.so*") if path.is_file()]

    assert objects
    for path in objects:
        with path.open("rb") as file:
            magic, machine = struct.unpack("<4s14xH", file.read(20))
        assert (magic, machine) == (b"\x7fELF", AARCH64), path
        tag = re.search(r"\.cpython-(\d+)", path.name)
        assert tag is None or tag[1] == "313", path


def test_the_layer_holds_the_pinned_versions(layer):
    """What is for other systems and older Pythons only need not be there."""
    pinned = {
        (name.replace("-", "_"), version): marker
        for name, version, marker in re.findall(r"^([\w-]+)==(\S+)(.*)$", REQUIREMENTS.read_text(), re.MULTILINE)
    }
    installed = {tuple(path.name.removesuffix(".dist-info").split("-")) for path in layer.glob("*.dist-info")}
    found = {(name.lower(), version) for name, version in installed}

    assert {name for name, _ in pinned} >= {"jsonschema", "numpy", "pandas", "scikit_learn", "scipy"}
    assert {one for one, marker in pinned.items() if not marker} <= found <= pinned.keys()


def test_a_second_opinion_needs_nothing_that_was_left_out(tmp_path):
    """In a process that has nothing but the layer and the engine."""
    with ZipFile(build_layer(layer_for("emulator"))) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path += {[str(tmp_path / 'python'), str(ROOT / 'lambda')]}\n"
        "from segmentation.pipeline import segment\n"
        f"result = segment(lambda: open({str(ROOT / 'data' / 'sample_customers.csv')!r}, 'rb'))\n"
        "print([mode['second_opinion']['customers'] for mode in result.document()['modes'].values()])"
    )

    found = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert (found.stdout, found.stderr) == ("[300, 300]\n", "")


def test_the_layer_has_no_copy_of_what_lambda_brings(layer):
    assert not [name for name in ("boto3", "botocore", "pip", "segmentation") if (layer / name).exists()]


def test_the_layer_holds_no_tests_and_no_sources_of_compiled_code(layer):
    assert not [path for path in layer.rglob("*") if path.name == "tests" or path.suffix in {".pyx", ".pyi", ".h"}]


def test_the_layer_is_compiled_ahead_where_lambdas_python_is_here(layer):
    compiled = list((layer / "pandas").rglob("*.pyc"))

    if layer_for("aws").interpreter:
        assert compiled
        assert {path.suffixes[-2] for path in compiled} == {".cpython-313"}
    else:
        assert not compiled


def test_a_built_layer_is_kept(layer_archive):
    before = layer_archive.stat().st_ino

    assert build_layer(layer_for("aws")) == layer_archive
    assert layer_archive.stat().st_ino == before


def test_the_layers_of_both_targets_lie_apart():
    assert layer_for("aws").folder != layer_for("emulator").folder
    # CDK would take what follows a dot for the extension of a file.
    assert "." not in layer_for("aws").folder.name


def test_what_another_process_has_built_meanwhile_is_kept_and_what_is_outdated_goes(tmp_path):
    for name in ("new.unfinished-1", "new", "old", "other.unfinished-2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)

    promote(tmp_path / "new.unfinished-1", tmp_path / "new")

    assert {path.parent.name: path.read_text() for path in tmp_path.glob("*/file")} == {
        "new": "new",
        "other.unfinished-2": "other.unfinished-2",
    }
