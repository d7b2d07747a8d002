"""Plain copies for other programs: private, harmless by name, and gone when the window is."""

import stat
import sys
from pathlib import Path

import pytest

from desktop.paths import Paths, profile_paths
from desktop.store.attachments import forget_workspace_files
from desktop.store.opened import clear_opened, is_program, place_to_open, safe_name, seal_opened

JORDAN, LEBANON = bytes([1] * 16), bytes([2] * 16)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return profile_paths(tmp_path / "laptop")


def opened(paths: Paths, workspace: bytes, name: str = "register.pdf") -> Path:
    copy = place_to_open(paths, workspace, name)
    copy.write_bytes(b"Name; present")
    seal_opened(copy)
    return copy


@pytest.mark.parametrize(
    "given, safe",
    [
        ("register.pdf", "register.pdf"),
        ("../../.bashrc", "bashrc"),
        ("D:\\lists\\list.xlsx", "D lists list.xlsx"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ("con.txt", "_con.txt"),
        ("  .  ", "file"),
        ("تقرير الربع.pdf", "تقرير الربع.pdf"),
        ("name.pdf. . ", "name.pdf"),
    ],
)
def test_a_name_can_neither_leave_its_folder_nor_mislead(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_long_name_keeps_its_ending_and_fits_every_disk() -> None:
    name = safe_name("ق" * 400 + ".docx")
    assert name.endswith(".docx")
    assert len(name.encode()) <= 120


@pytest.mark.parametrize("name", ["set.exe", "Report.PDF.js", "run.sh", "page.HTML", "x.desktop", "a.lnk. "])
def test_what_a_computer_would_run_is_told_from_what_it_shows(name: str) -> None:
    assert is_program(name)
    assert not is_program("signed minutes.pdf")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such permissions")
def test_a_copy_is_for_this_person_alone_and_for_reading(paths: Paths) -> None:
    copy = opened(paths, JORDAN)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o400
    for folder in (copy.parent, paths.opened):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_files_of_one_name_do_not_meet_and_all_go_at_the_end(paths: Paths) -> None:
    one, two = opened(paths, JORDAN), opened(paths, LEBANON)
    assert one != two
    assert clear_opened(paths)
    assert not paths.opened.exists()
    assert clear_opened(paths)


def test_a_workspace_that_is_left_takes_its_copies_along(paths: Paths) -> None:
    gone, kept = opened(paths, JORDAN), opened(paths, LEBANON)
    forget_workspace_files(paths, JORDAN)
    assert (gone.exists(), kept.exists()) == (False, True)
