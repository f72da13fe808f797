"""What is handed in is kept as it came, or refused; it is never run and never reached from elsewhere."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.files import DRAWER
from mujun.web.campaign.models import Attachment
from tests.web.campaign.ground import JPEG, photo

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ABUSE = {
    "script in svg": ("a.svg", SVG, "不能接受"),
    "svg called png": ("a.png", SVG, "不符"),
    "html called jpg": ("a.jpg", b"<html><script>alert(1)</script>", "不符"),
    "program": ("a.exe", b"MZ", "不能接受"),
    "program called pdf": ("a.pdf", b"MZ\x90", "不符"),
    "two endings": ("a.jpg.html", JPEG, "不能接受"),
    "no ending": ("photo", JPEG, "不能接受"),
    "a wave called webp": ("a.webp", b"RIFF\x00\x00\x00\x00WAVEfmt ", "不符"),
    "empty": ("a.jpg", b"", "空"),
}


@pytest.mark.parametrize("kind", ABUSE)
def test_abuse_is_refused_and_leaves_nothing(block, analyst, client, kind):
    name, content, sentence = ABUSE[kind]
    with pytest.raises(Refused, match=sentence):
        actions.attach(block.pk, SimpleUploadedFile(name, content, content_type="image/jpeg"), by=analyst)
    client.force_login(analyst)
    upload = SimpleUploadedFile(name, content, content_type="image/jpeg")
    answer = client.post(reverse("block_attach", args=[block.pk]), {"photo": upload})
    assert answer.status_code == 422
    assert not Attachment.objects.exists()
    assert list(DRAWER.folder().iterdir()) == []


def test_too_large_is_refused(block, analyst):
    large = SimpleUploadedFile("a.jpg", JPEG + b"0" * DRAWER.largest)
    with pytest.raises(Refused, match="超过 20 MB"):
        actions.attach(block.pk, large, by=analyst)
    assert list(DRAWER.folder().iterdir()) == []


def test_the_bytes_are_kept_as_they_came(block, analyst, client):
    content = JPEG + b"Exif with a place"
    held = actions.attach(block.pk, photo(content=content), note="北门", by=analyst)
    assert held.sha256 == hashlib.sha256(content).hexdigest()
    assert DRAWER.path_of(held.path).read_bytes() == content
    client.force_login(analyst)
    answer = client.get(reverse("block_file", args=[block.pk, held.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_name_leads_nowhere(block, analyst):
    held = actions.attach(block.pk, SimpleUploadedFile("../../../etc/\\..\\x.jpg", JPEG), by=analyst)
    assert held.name == "x.jpg"
    assert DRAWER.path_of(held.path).parent == DRAWER.folder()
    assert DRAWER.path_of("../../secret-key").parent == DRAWER.folder()


def test_the_same_file_twice_is_one(block, analyst):
    first = actions.attach(block.pk, photo(), by=analyst)
    assert actions.attach(block.pk, photo("另一个名字.jpg"), by=analyst) == first
    at_parcel = actions.attach(block.pk, photo(), parcel_id="G1", by=analyst)
    assert at_parcel != first
    assert len(list(DRAWER.folder().iterdir())) == 1
    with pytest.raises(Refused, match="不在这个区块"):
        actions.attach(block.pk, photo(), parcel_id="H1", by=analyst)


def test_a_file_that_is_gone_says_so(block, analyst, client):
    held = actions.attach(block.pk, photo(), by=analyst)
    DRAWER.path_of(held.path).unlink()
    client.force_login(analyst)
    assert client.get(reverse("block_file", args=[block.pk, held.pk])).status_code == 404


def test_what_nobody_refers_to_is_swept_once_a_day(block, analyst, monkeypatch):
    import os

    from mujun.web.campaign.actions import files

    monkeypatch.setattr(files, "_swept", [])
    left, fresh = DRAWER.folder() / "left.jpg", DRAWER.folder() / "fresh.jpg"
    for file in (left, fresh):
        file.write_bytes(JPEG)
    os.utime(left, (0, 0))
    held = actions.attach(block.pk, photo(), by=analyst)
    assert not left.exists()
    assert fresh.exists()  # somebody may be about to name it
    os.utime(fresh, (0, 0))
    actions.attach(block.pk, photo(content=JPEG + b"2"), by=analyst)
    assert fresh.exists()
    assert DRAWER.path_of(held.path).is_file()
