"""A profile is one folder, wherever it was asked for."""

from pathlib import Path

from desktop.paths import Paths, default_profile, profile_paths


def test_the_default_profile_is_in_this_users_data_folder() -> None:
    assert default_profile().name == "default"
    assert default_profile("training").name == "training"
    assert default_profile().is_relative_to(Path.home())
    assert profile_paths().profile == default_profile()


def test_a_profile_can_be_any_folder(tmp_path: Path) -> None:
    assert profile_paths(tmp_path / "a").profile == tmp_path / "a"
    assert profile_paths(str(tmp_path)).profile == tmp_path
    assert profile_paths("~/daftar").profile == Path.home() / "daftar"
    assert profile_paths("relative").profile.is_absolute()


def test_every_file_is_inside_the_profile(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    names = [name for name, member in vars(Paths).items() if isinstance(member, property)]
    places = [getattr(paths, name) for name in names]
    assert len(set(places)) == len(places) == 12
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert paths.database.parent == paths.keys.parent == paths.data
    assert paths.data not in paths.lock.parents


def test_making_the_folders_twice_is_harmless(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path / "new" / "profile")
    paths.make()
    paths.make()
    assert paths.data.is_dir()
    assert paths.log.parent.is_dir()
    assert paths.backups.is_dir()
