"""Recorded voices: packs of real WAV files made here, from the archive to the call that is heard."""

import array
import io
import math
import wave
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from kiosk.voice import actions, queries
from kiosk.voice.archive import read_archive
from kiosk.voice.chime import RATE, chime, samples, silence
from kiosk.voice.covering import cover, missing, said_by, signs
from kiosk.voice.pack import Pack, fingerprint, keep, pack_of
from kiosk.voice.recording import Unusable, usable
from kiosk.voice.sentence import sentence
from kiosk.voice.voice import BREATH, Voice
from shared.database import Database
from shared.errors import Refused
from shared.settings import Settings
from tests.kiosk.staff import Office, open_office
from tests.kiosk.test_actions import Hall

PAGE = "/desk/administration/voice"
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CHINESE = (*"请号到零幺二三四五六七八九ABCDE", "一号窗口", "二号窗口", "三号窗口", "四号窗口", "五号窗口", "六号窗口")


def tone(hertz: float, *, seconds: float = 0.05, rate: int = RATE, loud: int = 9_000, channels: int = 1) -> bytes:
    """A WAV file of 16-bit PCM."""
    one = (int(loud * math.sin(math.tau * hertz * at / rate)) for at in range(int(seconds * rate)))
    numbers = array.array("h", (number for sample in one for number in [sample] * channels))
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(numbers.tobytes())
    return body.getvalue()


def archive(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return body.getvalue()


def chinese(*without: str) -> dict[str, bytes]:
    """A complete pack of the demo hall in Chinese, each recording with a pitch of its own."""
    return {f"zh/{said}.wav": tone(300 + 20 * at) for at, said in enumerate(CHINESE) if said not in without}


def kept(folder: Path, files: Mapping[str, bytes]) -> Pack:
    body = archive(files)
    keep(folder, fingerprint(body), read_archive(body))
    return pack_of(folder, fingerprint(body))


def pcm(wav: bytes) -> bytes:
    return wav[44:]


@pytest.fixture
def desk(db: Database, hall: UUID) -> Hall:
    return Hall(db, hall)


# What is said -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "tongue", "said"), [
    ("请", "zh", "请"), ("号到", "zh", "号到"), ("number-to", "zh", "号到"), ("YAO", "zh", "幺"), ("12", "zh", "十二"),
    ("a", "zh", "A"), ("3号窗口", "zh", "三号窗口"), ("hello", "zh", ""), ("please go-to", "en", "please go to"),
    ("12", "en", "twelve"), ("window 31", "en", "window thirty one"), ("0", "en", "zero"), ("!", "en", ""),
])  # fmt: skip
def test_a_file_is_named_by_what_it_says(name: str, tongue: str, said: str) -> None:
    assert said_by(name, tongue) == (tuple(said) if tongue == "zh" else tuple(said.split()))


def test_a_call_is_put_together_from_the_fewest_recordings() -> None:
    recorded = [signs(one, "zh") for one in ("请", "A", "零", "七", "号", "到", "号到", "三", "三号窗口", "窗口")]
    found = cover(signs(sentence("A007", "3号窗口", "zh-CN"), "zh"), recorded)
    assert found and ["".join(one) for one in found] == ["请", "A", "零", "零", "七", "号到", "三号窗口"]
    assert cover(signs("请A零零八号到三号窗口", "zh"), recorded) is None
    assert cover(signs("幺", "zh"), [("一",)]) == [("一",)]  # who says one the other way
    english = [signs(one, "en") for one in ("number", "a", "zero", "seven", "please go to", "window 12")]
    found = cover(signs(sentence("A007", "12号窗口", "en"), "en"), english)
    assert found and found[-2:] == [("please", "go", "to"), ("window", "twelve")]


# What is uploaded ----------------------------------------------------------------------------------------------------


def test_what_cannot_be_used_is_named_and_the_rest_is_taken() -> None:
    eight_bit = b"RIFF" + tone(400)[4:34] + (8).to_bytes(2, "little") + tone(400)[36:]
    found = read_archive(archive({
        "pack/zh/请.wav": tone(400), "zh/零.wav": tone(500, rate=44_100, channels=2), "zh/too-loud.wav": b"",
        "zh/一.wav": eight_bit, "zh/二.wav": tone(400, seconds=9),
        "zh/三.wav": tone(400, loud=10), "zh/四.mp3": b"ID3", "zh/五.wav": b"RIFF",
        "zh/六.wav": tone(400, loud=32_760), "zh/号.wav": tone(410), "zh/number.wav": tone(420), "fr/un.wav": tone(400),
        "../zh/../七.wav": tone(400), "__MACOSX/zh/._八.wav": b"x",
    }))  # fmt: skip
    assert {"".join(said) for said in found.clips["zh"]} == {"请", "零", "号"}
    assert dict(found.faults) == {
        "zh/too-loud.wav": "unknown-name", "zh/一.wav": "not-pcm", "zh/二.wav": "too-long", "zh/三.wav": "silent",
        "zh/四.mp3": "not-wav", "zh/五.wav": "not-wav", "zh/六.wav": "too-loud", "zh/number.wav": "twice",
        "fr/un.wav": "unknown-folder", "../zh/../七.wav": "unknown-folder",
    }  # fmt: skip


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_every_rate_becomes_ours_and_keeps_its_pitch(rate: int) -> None:
    heard = array.array("h", usable(tone(440, seconds=0.5, rate=rate, channels=2)))
    crossings = sum(1 for one, two in pairwise(heard) if one < 0 <= two)
    assert abs(len(heard) - RATE / 2) <= 2 and abs(crossings - 220) <= 2
    with pytest.raises(Unusable, match="not-pcm"):
        usable(tone(440, rate=4_000))


def test_names_of_archives_made_on_windows_are_read() -> None:
    body = archive({"zh/AA.wav": tone(400)}).replace(b"AA.wav", "请".encode("gb18030") + b".wav")
    assert list(read_archive(body).clips["zh"]) == [("请",)]


def test_an_archive_that_would_fill_the_machine_is_not_unpacked() -> None:
    bomb = archive({f"zh/{number}.wav": bytes(2_000_000) for number in range(30)})
    crowd = archive({f"zh/{number}.wav": b"" for number in range(700)})
    told_small = bytearray(archive({"zh/1.wav": bytes(9_000_000)}))
    at = told_small.rfind(b"PK\x01\x02")
    told_small[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    for body, code in [(bomb, "pack-too-large"), (crowd, "pack-too-large"), (bytes(told_small), "pack-empty"),
                       (b"", "pack-unreadable"), (b"PK\x05\x06" + b"\xff" * 18, "pack-too-large"),
                       (archive({}), "pack-empty")]:  # fmt: skip
        with pytest.raises(Refused, match=code):
            read_archive(body)


# What is heard -------------------------------------------------------------------------------------------------------


def test_a_call_is_made_of_the_samples_of_its_pack(tmp_path: Path) -> None:
    files = chinese()
    pack, voice = kept(tmp_path, files), Voice(tmp_path / "voice", engines=())
    path = voice.call([(sentence("A007", "3号窗口", "zh-CN"), "zh-CN")], pack)
    said = [pcm(files[f"zh/{one}.wav"]) for one in ("请", "A", "零", "零", "七", "号", "到", "三号窗口")]
    assert path and samples(path) == chime() + silence(BREATH).join(said)
    assert voice.call([(sentence("A007", "3号窗口", "zh-CN"), "zh-CN")], pack) == path  # kept


def test_a_call_with_a_missing_word_is_synthetic_as_a_whole(tmp_path: Path) -> None:
    pack, voice, text = kept(tmp_path, chinese("七")), Voice(tmp_path / "voice"), sentence("A007", "3号窗口", "zh-CN")
    assert voice.render(text, "zh-CN", pack) == voice.render(text, "zh-CN") is not None
    other = sentence("A008", "3号窗口", "zh-CN")
    assert voice.render(other, "zh-CN", pack) != voice.render(other, "zh-CN")
    assert voice.render("Number A", "en", pack) == voice.render("Number A", "en")


def test_a_pack_whose_files_have_gone_is_no_silence(tmp_path: Path) -> None:
    pack, voice, text = kept(tmp_path, chinese()), Voice(tmp_path / "voice"), sentence("A008", "3号窗口", "zh-CN")
    for file in pack.folder.glob("*.wav"):
        file.write_bytes(b"RIFF")
    assert voice.render(text, "zh-CN", pack) == voice.render(text, "zh-CN") is not None
    assert voice.fault is None


# Who decides ---------------------------------------------------------------------------------------------------------


def test_a_pack_is_taken_in_chosen_given_back_and_removed(desk: Hall) -> None:
    told: dict[str, Any] = {"size": 9, "clips": {"zh": 20, "en": 0}, "faults": [("zh/x.wav", "silent")]}
    pack = desk.act(actions.add_pack, 1, name=" 李老师 ", fingerprint="f" * 64, **told)
    plan = desk.plan()

    def speaks(language: str = "zh") -> str:
        return desk.db.read_now(queries.spoken_with, hall=plan.id, language=language)

    (view,) = desk.db.read_now(queries.packs_of, office=plan.office_id)
    assert (view.name, view.clips, view.faults, speaks()) == ("李老师", told["clips"], told["faults"], "")
    for _ in range(2):
        desk.act(actions.speak_with, 2, language="zh", pack=pack)
    assert (speaks(), speaks("en")) == ("f" * 64, "")
    for code, act, more in [
        ("pack-known", actions.add_pack, {"name": "again", "fingerprint": "f" * 64, **told}),
        ("pack-in-use", actions.remove_pack, {"pack": pack}),
        ("pack-empty", actions.speak_with, {"language": "en", "pack": pack}),
        ("unknown-pack", actions.speak_with, {"language": "zh", "pack": plan.id}),
        ("name-needed", actions.add_pack, {"name": " ", "fingerprint": "e" * 64, **told}),
    ]:
        with pytest.raises(Refused, match=code):
            desk.act(act, 3, **more)
    desk.act(actions.speak_with, 4, language="zh", pack=None)
    assert speaks() == ""
    assert desk.act(actions.remove_pack, 5, pack=pack) == "f" * 64
    acts = [act for act in desk.journal() if act.startswith(("clip", "voice"))]
    assert sorted(acts) == ["clip-pack-added", "clip-pack-removed", "voice-chosen", "voice-chosen"]


def test_what_a_pack_lacks_is_what_the_hall_would_say(desk: Hall) -> None:
    recorded = {signs(one, "zh") for one in CHINESE if one not in ("七", "五号窗口", "C")}
    assert missing(desk.plan(), "zh", recorded) == ["7", "C", "5号窗口"]
    assert {"please go to", "0", "E", "Window 5"} <= set(missing(desk.plan(), "en", [("number",)]))


# The page ------------------------------------------------------------------------------------------------------------


async def heard(office: Office, window: str) -> bytes:
    """The next call of a window, as a display fetches it."""
    visitor, clerk = office.person(), await office.clerk(window)
    await visitor.post("/kiosk/tickets", service="legal-consultation", key=uuid4().hex)
    page = await clerk.get("/counter")
    await clerk.press(f"/counter/{window}/next", key=page.field(f"/counter/{window}/next", "key"), unfinished="settle")
    call = office.picture().recent_calls(1)[0]
    return (await visitor.get(f"/lobby/calls/{call.id}.wav?lang=zh-CN&reading=2")).answer.content


@pytest.mark.anyio
@ONE_KIND
async def test_an_administrator_uploads_a_pack_and_the_next_call_is_spoken_with_it(settings: Settings, hall: UUID) -> None:
    files = chinese("C") | {"zh/loud.txt": b"?"}
    async with open_office(settings) as office:
        admin = await office.staff("admin")
        await admin.upload(PAGE, {"archive": ("pack.zip", archive(files))}, name="李老师")
        page = await admin.get(PAGE)
        assert "Missing for calls of this hall: C" in page.text and "1 file was left out" in page.text
        assert "is no WAV file" in page.text
        plan = office.picture().plan
        pack = str((await office.db.read(queries.packs_of, office=plan.office_id))[0].id)
        tried = await admin.get(f"{PAGE}/{pack}/zh/0")
        assert pcm(tried.answer.content).endswith(pcm(files["zh/一号窗口.wav"]))
        assert (await admin.post(f"{PAGE}/choose", language="zh", pack=pack)).status == 303
        assert (await heard(office, "1")).endswith(pcm(files["zh/一号窗口.wav"]))
        assert (await admin.post(f"{PAGE}/{pack}/remove")).status == 409
        assert "Back to the synthetic voice" in (await admin.get(PAGE)).text
        await admin.post(f"{PAGE}/choose", language="zh")
        assert not (await heard(office, "2")).endswith(pcm(files["zh/二号窗口.wav"]))
        assert (await admin.upload(PAGE, {"archive": ("pack.zip", b"PK")}, name="no")).status == 422
        assert (await (await office.staff("window1")).get(PAGE)).status == 403
