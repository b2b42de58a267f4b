"""Outputs appear whole or not at all; a reader that goes away, a full disk and Ctrl-C end quietly."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.commandline import ROOT, SMALL, command
from zhunsheng.cli.exits import Stop
from zhunsheng.cli.output import check_writable, write_file


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o600)
    write_file(target, "新")
    assert target.read_text("utf-8") == "新"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_when_writing_fails_the_old_file_stays_and_nothing_is_left_behind(tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Stop) as stopped:
        write_file(target, "new")
    assert stopped.value.diagnostics[0].values["cause"] == "⟨disk_full⟩"
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_found_before_the_work(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "x", tmp_path / "file" / "x"):
        (tmp_path / "file").write_text("")
        with pytest.raises(Stop):
            check_writable(str(path))
    check_writable(str(tmp_path / "x"))
    check_writable(None)


def test_missing_folder_for_the_output(tmp_path, log):
    ended = command("check", SMALL, "--log", log, "--output", tmp_path / "none" / "out.json")
    assert ended.code == 2
    assert "ZS5012" in ended.err
    assert "the folder does not exist" in ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["lint", str(SMALL)], ["check", "--help"]])
def test_a_full_disk_is_told(arguments):
    with Path("/dev/full").open("w") as full:
        ended = _python(arguments, stdout=full, stderr=subprocess.PIPE)
        _, err = ended.communicate(timeout=60)
    assert ended.returncode == 2
    assert b"ZS5012" in err
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_error_message():
    ended = _python(["check", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ended.stdout is not None
    ended.stdout.close()
    assert ended.stderr is not None
    assert ended.stderr.read() == b""
    assert ended.wait(60) in (0, 141)


def test_ctrl_c_is_told_in_one_line(tmp_path):
    """The log is a pipe that nobody writes to: the command waits there until it is interrupted."""
    folder = tmp_path / "log"
    folder.mkdir()
    os.mkfifo(tmp_path / "waivers.yaml")
    ended = _python(
        ["check", str(SMALL), "--log", str(folder), "--waivers", str(tmp_path / "waivers.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(3)
    ended.send_signal(signal.SIGINT)
    out, err = ended.communicate(timeout=60)
    assert ended.returncode == 130
    assert b"ZS5098" in err
    assert b"Traceback" not in out + err


def test_ctrl_c_while_the_database_computes_is_the_same(monkeypatch, capsys):
    from zhunsheng.cli import commands, entry

    def interrupted(*_):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(commands, "Program", interrupted)
    assert entry.run(["--lang", "en", "--version"]) == 130
    assert "ZS5098" in capsys.readouterr().err


def _python(arguments, **streams):
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "zhunsheng", "--lang", "en", *arguments], env=variables, **streams
    )


def test_an_internal_error_is_one_line_with_what_to_do(monkeypatch, capsys):
    from zhunsheng.cli import commands, entry

    def broken(*_):
        raise ZeroDivisionError("boom\nwith a second line")

    monkeypatch.setattr(commands, "Program", broken)
    assert entry.run(["--lang", "en", "--version"]) == 2
    err = capsys.readouterr().err
    assert "ZS5099" in err
    assert "ZeroDivisionError: boom" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 2
    monkeypatch.setenv("ZHUNSHENG_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        entry.run(["--version"])


@pytest.mark.parametrize(
    ("environment", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colors_only_on_a_terminal_that_wants_them(log, environment, colored):
    import pty

    master, slave = pty.openpty()
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTHONUTF8": "1",
        "TERM": "xterm",
        **environment,
    }
    line = [sys.executable, "-m", "zhunsheng", "--lang", "en", "check", str(SMALL), "--log", str(log)]
    running = subprocess.Popen(line, env=variables, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other end was closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    assert running.wait(60) == 1
    report = shown[shown.index(b"Zhunsheng") :]
    assert (b"\x1b[1;31m" in report) is colored
    assert b"does not conform" in report


def test_a_pipe_gets_no_colors_and_no_progress(log):
    ended = command("check", SMALL, "--log", log)
    assert "\x1b" not in ended.out + ended.err
    assert ended.err == ""
