"""The machine check says what it sees, what that means, and exits with a status."""

import subprocess
import sys

from course_utils import doctor, encoder


def test_a_sound_machine(capsys):
    assert doctor.report() == 0
    printed = capsys.readouterr().out
    for name in ("python", "torch", "cores", "memory", "GPU", "encoder       verified", "hub           not asked", "disk"):
        assert name in printed


def test_a_broken_encoder_is_named_and_fails(monkeypatch, capsys):
    def broken():
        raise encoder.EncoderError("config.json is not the encoder's. Install it again.")

    monkeypatch.setattr(encoder, "path", broken)
    assert doctor.report() == 1
    printed = capsys.readouterr().out
    assert "MEND  encoder       not usable           config.json is not the encoder's" in printed and "--install-only" in printed


def test_a_missing_library(monkeypatch):
    assert doctor.package_row("no-such-library") == ("no-such-library", "missing", "install it: pip install no-such-library", False)


def test_little_disk_and_one_core(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 0.2 * doctor.GIGABYTE}))
    assert doctor.disk_row()[-1] is False and "free some space" in doctor.disk_row()[2]
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda pid: {0}, raising=False)
    assert "twice the time" in doctor.cores_row()[2]


def test_the_hub_is_named_and_not_asked(settings, monkeypatch):
    from huggingface_hub import constants

    settings.source = "hub"
    assert doctor.hub_row()[1] == "may not be asked"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    assert doctor.hub_row()[1] == "127.0.0.1:9"


def test_from_the_command_line():
    done = subprocess.run([sys.executable, "-m", "course_utils", "doctor"], capture_output=True, text=True)
    assert done.returncode == 0 and "verified" in done.stdout and not done.stderr
    wrong = subprocess.run([sys.executable, "-m", "course_utils", "docter"], capture_output=True, text=True)
    assert wrong.returncode == 1 and "Usage: python -m course_utils doctor" in wrong.stderr
