"""Preferences are declared soundly, survive power cuts and newer versions, and never stop a start."""

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import settings
from desktop.settings import Loaded, Settings, declared, load, save
from sync.errors import DaftarError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "settings.json"


def test_every_preference_is_declared_soundly() -> None:
    assert set(declared()) == {each.name for each in fields(Settings)} - {"extra"}
    for name, preference in declared().items():
        assert preference.label, name
        assert preference.accepts(preference.default), name
        assert getattr(Settings(), name) == preference.default, name
        values = [value for value, _ in preference.choices]
        assert len(set(values)) == len(values), name
        assert all(label for _, label in preference.choices), name
        assert preference.hidden == (not preference.choices), name


def test_preferences_come_back(path: Path) -> None:
    chosen = Settings(language="ar", country="JO", digits="arabic", theme="dark", last_screen="workplan")
    save(chosen, path=path)
    assert load(path) == Loaded(chosen)
    save(replace(chosen, theme="light"), path=path)
    assert load(path).settings.theme == "light"
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_the_first_start_has_defaults(path: Path) -> None:
    assert load(path) == Loaded(Settings())


def test_what_a_newer_version_wrote_survives(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"language": "fr", "font_scale": 1.25, "pinned": ["a", None]}))
    loaded = load(path).settings
    assert loaded.language == "fr"
    save(replace(loaded, language="ar"), path=path)
    stored = json.loads(path.read_text())
    assert (stored["font_scale"], stored["pinned"], stored["language"]) == (1.25, ["a", None], "ar")


@pytest.mark.parametrize("value", ["xx", 3, None, ["en"], True])
def test_a_value_nobody_offers_falls_back(path: Path, value: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"language": value, "theme": "dark"}))
    assert load(path) == Loaded(Settings(theme="dark"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe\x00", b'{"language": "fr"'])
def test_a_damaged_file_is_kept_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(content)
        loaded = load(path)
        assert loaded.settings == Settings()
        assert loaded.set_aside == path.with_name(f"settings.damaged-{number}.json")
        assert loaded.set_aside.read_bytes() == content
    assert not path.exists()


def test_an_interrupted_write_leaves_the_former_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Settings(theme="dark"), path=path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DaftarError) as caught:
        save(Settings(theme="light"), path=path)
    assert caught.value.code == "disk_full"
    assert load(path).settings.theme == "dark"
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_a_file_in_the_way_is_a_matter_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DaftarError) as caught:
        save(Settings(), path=tmp_path / "file" / "settings.json")
    assert caught.value.code == "disk_error"


@given(content=st.binary(max_size=100))
def test_no_content_stops_the_start(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("profile") / "settings.json"
    path.write_bytes(content)
    assert load(path).settings == Settings()


def test_labels_are_marked_for_translation() -> None:
    assert settings.t("Language") == "Language"
