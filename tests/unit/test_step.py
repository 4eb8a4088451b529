"""Steps: what they show, and what they say when they fail."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import step as steps
from infra.local.step import StepError, run_step, step
from tests.support.waiting import LIMIT, wait_until


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "logs"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def failure_of(code: str) -> str:
    with pytest.raises(StepError) as caught:
        run_step("Doing: it", python(code))
    return str(caught.value)


def test_a_step_shows_its_label_and_its_time(capsys):
    run_step("Installing the site's packages", python("print('much')"))

    assert re.fullmatch(r"  Installing the site's packages \.+ +\d+\.\d s\n", capsys.readouterr().out)


def test_a_step_shows_its_label_at_once_unless_make_runs_others_beside_it(capsys, monkeypatch):
    monkeypatch.delenv("MAKEFLAGS", raising=False)
    with step("Alone"):
        assert "Alone" in capsys.readouterr().out
    capsys.readouterr()

    monkeypatch.setenv("MAKEFLAGS", "-j4 --jobserver-auth=3,4")
    with step("Beside others"):
        assert not capsys.readouterr().out
    assert re.fullmatch(r"  Beside others \.+ +\d+\.\d s\n", capsys.readouterr().out)


def test_times_of_all_steps_stand_in_one_column(capsys):
    for label in ("Short", "A much longer label of a step"):
        run_step(label, python(""))

    assert len({len(line) for line in capsys.readouterr().out.splitlines()}) == 1


def test_the_output_is_in_a_log_named_after_the_step(logs):
    run_step("Style: ruff check", python("import sys; print('out'); print('err', file=sys.stderr)"))

    assert set((logs / "style-ruff-check.log").read_text().split()) == {"out", "err"}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "print('fine'); print('error: no space left'); print('see above'); raise SystemExit(1)",
            "error: no space left",
        ),
        ("print('ERROR one'); print('npm ERR'); print('Access Denied'); raise SystemExit(3)", "Access Denied"),
        ("print('fine'); print('the last words'); print('   '); raise SystemExit(1)", "the last words"),
        ("raise SystemExit(1)", "it ended without a word"),
        (r"import sys; sys.stdout.buffer.write(b'failed \xff'); sys.exit(1)", "failed \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_failure_says_why_and_where_its_log_is(code, reason):
    message = failure_of(code)

    found = re.fullmatch(r"Doing: it: (.*) \(the whole log: (.*)\)", message)
    assert found
    assert found[1] == reason
    assert Path(found[2]).is_file()


def test_a_failed_step_does_not_look_done(capsys):
    failure_of("raise SystemExit(1)")

    assert re.search(r"failed after \d+\.\d s\n$", capsys.readouterr().out)


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(StepError, match=r"^Doing it: no-such-program: No such file or directory$"):
        run_step("Doing it", ["no-such-program"])


def test_a_step_has_the_environment_and_folder_that_are_given(tmp_path, logs, monkeypatch):
    monkeypatch.setenv("OF_THE_SHELL", "yes")
    code = "import os; print(os.getcwd(), os.environ.get('OF_THE_SHELL'), os.environ.get('GIVEN'))"
    (tmp_path / "folder").mkdir()

    run_step("Given", python(code), {"GIVEN": "yes"}, tmp_path / "folder")
    run_step("Inherited", python(code))

    assert (logs / "given.log").read_text().split() == [str(tmp_path / "folder"), "None", "yes"]
    assert (logs / "inherited.log").read_text().split() == [str(tmp_path), "yes", "None"]


def test_an_error_within_a_step_is_shown_and_raised(capsys):
    with pytest.raises(KeyError), step("Looking"):
        raise KeyError

    assert "failed after" in capsys.readouterr().out


def copy_in(folder: Path) -> str:
    script = folder / "infra" / "local" / "step.py"
    script.parent.mkdir(parents=True)
    return str(shutil.copy(steps.__file__, script))


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run a copy of the script as the Makefile does: without this project's packages; somebody types all the while."""
    return subprocess.run(
        [sys.executable, "-I", "-S", copy_in(folder), *arguments],
        input="typed",
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_before_anything_is_installed(tmp_path):
    found = run_alone(tmp_path, "Making it", *python("print('made')"))

    assert (found.returncode, found.stderr) == (0, "")
    assert (tmp_path / "build" / "logs" / "making-it.log").read_text() == "made\n"


def test_a_failure_ends_the_script_with_its_message(tmp_path):
    found = run_alone(tmp_path, "Making it", *python("raise SystemExit('No such luck')"))

    assert found.returncode == 1
    assert found.stderr.strip().startswith("Making it: No such luck (the whole log: ")


def test_ctrl_c_ends_it_and_what_it_runs_without_a_traceback(tmp_path):
    os.mkfifo(tmp_path / "never")
    command = [sys.executable, copy_in(tmp_path), "Waiting", *python("print('begun', flush=True); open('never')")]
    log = tmp_path / "build" / "logs" / "waiting.log"
    # A shell starts background jobs with the signal ignored, and what they start ignores it too.
    heeding = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", heeding, *command],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: log.exists() and "begun" in log.read_text())
    os.killpg(process.pid, signal.SIGINT)

    assert process.communicate(timeout=LIMIT)[1] == ""
    assert process.returncode == 130


def test_a_step_reads_nothing_of_what_is_typed(tmp_path):
    assert run_alone(tmp_path, "Reading", *python("import sys; sys.exit(sys.stdin.read() != '')")).returncode == 0
