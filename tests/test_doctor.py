"""The doctor: says what is there, finds what is not, and ends as a machine can read."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import doctor
from experiments.cli import main
from experiments.language import LANGUAGES, catalogue
from sim.compiled import ENGINE


def by_subject(mark: str = "") -> dict[str, doctor.Line]:
    """What the doctor finds, by subject."""
    return {one.subject: one for one in doctor.lines() if not mark or one.mark == mark}


@pytest.mark.parametrize("language", LANGUAGES)
def test_here_everything_needed_is_there(language: str, capsys: pytest.CaptureFixture) -> None:
    assert main(["doctor", f"lang={language}"]) == 0
    said = capsys.readouterr().out
    assert ENGINE in said and all(name in said for name in ("numpy", "mesa", "pyarrow"))
    assert catalogue("doctor")["mark_broken"][language] not in said


def test_every_subject_is_looked_at() -> None:
    words = catalogue("doctor")
    subjects = [key for key in words if "_" not in key and key != "missing"]
    assert set(by_subject()) == set(subjects)


def test_every_word_of_the_doctor_is_used() -> None:
    code = Path(doctor.__file__).read_text(encoding="utf-8")
    built = ("mark_", "end_")
    assert not [key for key in catalogue("doctor") if not key.startswith(built) and f'"{key}"' not in code]


def test_a_missing_package_is_broken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", (*doctor.PACKAGES, "funnelsim-nobody-wrote-this"))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "broken    packages       funnelsim-nobody-wrote-this missing" in said and "pip install" in said


def test_another_copy_on_the_path_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "chance.py").write_text("")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    found = doctor.rooms()
    assert found.mark == doctor.ATTENTION and str(tmp_path) in found.told("en") and "uninstall" in found.told("en")


def test_rooms_from_several_places_are_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "place_of", lambda room: tmp_path / room)
    assert doctor.rooms().mark == doctor.BROKEN


def test_a_folder_that_cannot_be_written_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "results").write_text("a file, no folder")
    monkeypatch.chdir(tmp_path)
    assert doctor.results().mark == doctor.BROKEN


def test_a_cold_cache_is_no_fault_but_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path / "cold"))
    found = doctor.cache()
    assert found.mark == doctor.ATTENTION and "about a minute" in found.told("en")
    (tmp_path / "cold").mkdir()
    (tmp_path / "cold" / "rule.nbc").write_bytes(bytes(2_000_000))
    assert doctor.cache().mark == doctor.OK and "2 MB" in doctor.cache().told("en")


def test_without_a_browser_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "APPLICATIONS", ())
    found = doctor.browser()
    assert found.mark == doctor.ATTENTION and "apt-get install chromium" in found.told("zh")


def test_without_git_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "revision", lambda: None)
    assert doctor.git().mark == doctor.ATTENTION
    monkeypatch.setattr(doctor, "revision", lambda: "abc-dirty")
    assert "changed since" in doctor.git().told("en")
    monkeypatch.setattr(doctor, "revision", lambda: "abc")
    assert doctor.git().mark == doctor.OK


def test_without_the_font_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing", lambda text: text[:2])
    assert doctor.fonts().mark == doctor.ATTENTION


def test_a_package_that_is_not_there_is_a_sentence_and_no_traceback() -> None:
    program = "import sys; sys.modules['yaml'] = None; from experiments.cli import main; sys.exit(main(['doctor']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1 and "the package 'yaml' is not there" in done.stderr and "Traceback" not in done.stderr
