"""Files as they are handed over: zips, names, limits."""

from __future__ import annotations

import io
import zipfile

import pytest

from mujun.base.errors import UnreadableInput
from mujun.web.register.imports.uploads import Limits, clean_name, digest_of, folder_with_files, store_uploads
from mujun.web.register.models import ImportBatch, ImportFile
from tests.web.register.conftest import upload


def zipped(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_is_taken_apart_and_what_is_no_data_left_out() -> None:
    content = zipped(
        ("县/企业.csv", b"a"),
        ("县/说明.docx", b"b"),
        ("县/_planted/defects.csv", b"c"),
        ("__MACOSX/._企业.csv", b"d"),
        ("县/宗地.shp", b"e"),
    )
    assert [file.name for file in store_uploads([upload("县.zip", content)])] == ["县/企业.csv", "县/宗地.shp"]


def test_names_that_old_windows_wrote_are_read() -> None:
    raw = zipped(("AAAA.csv", b"a")).replace(b"AAAA", "企业".encode("gb18030"))
    assert store_uploads([upload("x.zip", raw)])[0].name == "企业.csv"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "/etc/passwd.csv", "C:\\etc\\passwd.csv", "..\\..\\etc/passwd.csv"]
)
def test_a_name_cannot_leave_its_folder(name: str) -> None:
    assert clean_name(name) == "etc/passwd.csv"
    assert store_uploads([upload("x.zip", zipped((name, b"a")))])[0].name == "etc/passwd.csv"


def test_a_zip_bomb_is_refused_before_it_unfolds(home) -> None:
    bomb = zipped(*((f"{n}.csv", b"0" * 3_000_000) for n in range(4)))
    with pytest.raises(UnreadableInput, match="过大"):
        store_uploads([upload("bomb.zip", bomb)], Limits(file_bytes=4_000_000, total_bytes=5_000_000))
    assert [path for path in home.rglob("*") if path.is_file() and path.stat().st_size > 3_500_000] == []


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"", b"not a zip at all"])
def test_a_broken_zip_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableInput):
        store_uploads([upload("x.zip", content)])


def test_too_many_and_too_large_files_are_refused() -> None:
    with pytest.raises(UnreadableInput, match="超过 2 个"):
        store_uploads([upload(f"{n}.csv", b"%d" % n) for n in range(3)], Limits(files=2))
    with pytest.raises(UnreadableInput, match="超过"):
        store_uploads([upload("a.csv", b"0" * 2_000_000)], Limits(file_bytes=1_000_000))
    with pytest.raises(UnreadableInput, match="没有收到"):
        store_uploads([])


def test_two_files_of_one_name_are_both_kept_and_one_content_once(home) -> None:
    taken = store_uploads([upload("a.csv", b"1"), upload("a.csv", b"2"), upload("a.csv", b"1")])
    assert [file.name for file in taken] == ["a.csv", "a(2).csv"]
    assert digest_of(taken) == digest_of(reversed(taken))
    stored = [path for path in (home / "documents").rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in stored) == [b"1", b"2"]


def test_files_are_read_under_their_own_names_and_cannot_be_changed_there(clerk) -> None:
    batch = ImportBatch.objects.create(source_name="x", digest="", by=clerk)
    for file in store_uploads([upload("县.zip", zipped(("子/企业.csv", b"1"), ("宗地.csv", b"2")))]):
        ImportFile.objects.create(batch=batch, name=file.name, sha256=file.sha256, size=file.size)
    with folder_with_files(batch) as folder:
        assert (folder / "子" / "企业.csv").read_bytes() == b"1"
        kept = folder
    assert not kept.exists()
    assert all(file.path.is_file() for file in batch.files.all())
