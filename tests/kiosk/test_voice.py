"""The spoken call, rendered by both engines and listened to as far as a program can listen."""

import array
import shutil
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.voice.chime import RATE, chime, loudness, samples
from kiosk.voice.sentence import respelled, sentence, spelled
from kiosk.voice.speaker import VOICES
from kiosk.voice.voice import LIBRARY, PROGRAM, Engine, Fault, Voice

CALL = sentence("A012", "3号窗口", "zh_CN")
BOTH = pytest.mark.parametrize("engine", [PROGRAM, LIBRARY], ids=lambda engine: engine.name)


def seconds(path: Path) -> float:
    return len(samples(path)) / 2 / RATE


def broken(tmp_path: Path, script: str) -> Engine:
    """An espeak-ng that does something else."""
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Engine("broken", (str(program),))


@pytest.mark.parametrize(
    ("number", "window", "language", "said"),
    [
        ("A012", "3号窗口", "zh_CN", "请A零幺二号到三号窗口"),
        ("B110", "12号窗口", "zh", "请B幺幺零号到十二号窗口"),
        ("007", "10号接待室", "zh_CN", "请零零七号到十号接待室"),
        ("C20", "21号窗口", "zh-Hans", "请C二零号到二十一号窗口"),
        ("A-012", "201室", "zh_CN", "请A零幺二号到二零幺室"),
        ("a1", "检察长接待室", "zh_CN", "请A幺号到检察长接待室"),
        ("A012", "window 3", "en", "Number A, zero, one, two, please go to window 3"),
        ("A012", "3号窗口", "en", "Number A, zero, one, two, please go to window 3"),
        ("A012", "导访台", "en_GB", "Number A, zero, one, two, please go to the information desk"),
        ("A012", "三楼会议室", "en", "Number A, zero, one, two, please go to the place shown on the screen"),
    ],
)
def test_sentence_spells_the_number(number: str, window: str, language: str, said: str) -> None:
    assert sentence(number, window, language) == said


def test_one_can_be_said_the_other_way() -> None:
    assert sentence("A112", "3号窗口", "zh_CN", one_as="一") == "请A一一二号到三号窗口"
    assert spelled("12309") == "幺二三零九"


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("检察长接待室", "jian3 cha2 zhang3 jie1 dai4 shi4"),
        ("请零一号到一号窗口", "qing3 ling2 yi1 hao4 dao4 yi1 hao4 chuang1 kou3"),
        ("请零幺二号到三号窗口", "qing3 ling2 yao1 er4 hao4 dao4 san1 hao4 chuang1 kou3"),
        ("二十一号窗口", "er4 shi2 yi1 hao4 chuang1 kou3"),
        ("调解室", "tiao2 jie3 shi4"),
        ("请重新取号", "qing3 chong2 xin1 qu3 hao4"),
        ("院长", "yuan4 zhang3"),
        ("长者窗口", "zhang3 zhe3 chuang1 kou3"),
        ("长江", "chang2 jiang1"),
        ("12309", "yao1 er4 san1 ling2 jiu3"),
        ("律师阅卷室", "lv4 shi1 yue4 juan4 shi4"),
        ("分管副检察长接待日", "fen1 guan3 fu4 jian3 cha2 zhang3 jie1 dai4 ri4"),
        ("绿色通道", "lv4 se4 tong1 dao4"),
        ("重大案件", "zhong4 da4 an4 jian4"),
        ("一楼听证室", "yi1 lou2 ting1 zheng4 shi4"),
    ],
)
def test_chinese_is_read_with_the_right_sounds(text: str, pinyin: str) -> None:
    assert phonemes(respelled(text)) == phonemes(pinyin)


def phonemes(text: str) -> str:
    said = subprocess.run(
        ["espeak-ng", "-q", "-x", "-v", VOICES["zh"], text], capture_output=True, text=True, check=True
    ).stdout
    assert "(en)" not in said
    return said


@BOTH
@pytest.mark.parametrize(("text", "language"), [(CALL, "zh_CN"), (sentence("A012", "window 3", "en"), "en")])
def test_call_is_spoken_aloud(tmp_path: Path, engine: Engine, text: str, language: str) -> None:
    voice = Voice(tmp_path, engines=[engine])
    path = voice.render(text, language)
    assert path and voice.fault is None
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
    assert 2 < seconds(path) < 7 and loudness(samples(path)) > 1000


@BOTH
def test_longer_text_takes_longer(tmp_path: Path, engine: Engine) -> None:
    voice = Voice(tmp_path, engines=[engine])
    short, long = voice.render("请坐", "zh_CN"), voice.render("请到三号窗口，请带好您的身份证和材料", "zh_CN")
    assert short and long and seconds(long) > 3 * seconds(short)


@BOTH
def test_tones_rise_and_fall_as_they_should(tmp_path: Path, engine: Engine) -> None:
    voice = Voice(tmp_path, engines=[engine])
    rising, falling = (pitch(voice.render(text, "zh_CN")) for text in "麻骂")
    assert rising[-1] > 1.1 * rising[0] and falling[-1] < 0.9 * falling[0]


def pitch(path: Path | None) -> tuple[float, float]:
    """Hertz at one third and near the end of the voiced part, by autocorrelation."""
    assert path
    numbers = array.array("h", samples(path))
    frames = [numbers[at : at + 600] for at in range(0, len(numbers) - 600, 200)]
    voiced = [number for number, frame in enumerate(frames) if loudness(frame.tobytes()) > 1500]
    begin, end = voiced[0] * 200, voiced[-1] * 200
    return hertz(numbers, begin + (end - begin) // 3), hertz(numbers, begin + (end - begin) * 9 // 10)


def hertz(numbers: "array.array[int]", at: int) -> float:
    def alike(lag: int) -> int:
        return sum(numbers[at + i] * numbers[at + i + lag] for i in range(500))

    return RATE / max(range(90, 200), key=alike)


def test_same_text_is_made_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    engine = Engine("counting", (*counting(tmp_path, count),))
    voice = Voice(tmp_path / "voice", engines=[engine])
    found = together(8, lambda: voice.render(CALL, "zh_CN"))
    assert len(set(found)) == 1 and found[0] and count.read_text() == "x"
    assert voice.render(f"  {CALL}\n", "zh") == found[0] and count.read_text() == "x"
    assert [path.suffix for path in voice.folder.iterdir()] == [".wav"]


def counting(tmp_path: Path, count: Path) -> tuple[str, ...]:
    program = tmp_path / "counting"
    program.write_text(f'#!/bin/sh\nprintf x >> {count}\nsleep 0.2\nexec espeak-ng "$@"\n')
    program.chmod(0o755)
    return (str(program),)


def together(number: int, ask: Callable[[], Path | None]) -> list[Path | None]:
    found: list[Path | None] = []
    threads = [threading.Thread(target=lambda: found.append(ask())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_without_the_program_the_library_speaks(tmp_path: Path) -> None:
    voice = Voice(tmp_path, engines=[Engine("program", ("no-such-espeak-ng",)), LIBRARY])
    assert voice.render(CALL, "zh_CN") and voice.fault is None


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ("exit 1", "crashed"),
        ("kill -SEGV $$", "crashed"),
        ("exit 0", "unplayable"),
        ("echo nonsense > /dev/null", "unplayable"),
        ("sleep 30", "too-slow"),
    ],
)
def test_broken_engine_is_silence_and_a_fault(tmp_path: Path, script: str, cause: str) -> None:
    started = time.monotonic()
    voice = Voice(tmp_path / "voice", engines=[broken(tmp_path, script)], timeout=0.5)
    assert voice.render(CALL, "zh_CN") is None and voice.call([(CALL, "zh_CN")]) is None
    assert voice.fault and voice.fault.cause == cause
    assert time.monotonic() - started < 3 and list(voice.folder.iterdir()) == []


def test_library_that_ends_its_process_leaves_ours_alive(tmp_path: Path) -> None:
    engine = Engine("library", (*LIBRARY.command, "--path", str(tmp_path / "no-data-here")))
    voice = Voice(tmp_path / "voice", engines=[engine])
    assert voice.render(CALL, "zh_CN") is None
    assert voice.fault and voice.fault.cause == "crashed" and "ended with 1" in voice.fault.detail


def test_no_engine_says_so_and_a_later_success_clears_it(tmp_path: Path) -> None:
    program = tmp_path / "espeak-ng"
    voice = Voice(tmp_path / "voice", engines=[Engine("late", (str(program),))])
    assert voice.render(CALL, "zh_CN") is None
    assert voice.fault and voice.fault.cause == "no-engine"
    program.symlink_to(shutil.which("espeak-ng") or "")
    assert voice.render(CALL, "zh_CN") and voice.fault is None


def test_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "voice").write_text("a file where the folder should be")
    voice = Voice(tmp_path / "voice")
    assert voice.render(CALL, "zh_CN") is None and voice.chime() is None
    assert voice.fault and voice.fault.cause == "folder"


def test_nothing_to_say_is_a_fault(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    assert voice.render(" \n", "zh_CN") is None and voice.fault == Fault("nothing-to-say")


def test_text_cannot_pass_options_or_phonemes(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    assert voice.render("-w /tmp/elsewhere.wav [[w'0n]] \ud800", "en") and voice.fault is None


def test_chime_is_two_tones_that_die_away(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    path = voice.chime()
    assert path and samples(path) == chime() and 1 < seconds(path) < 2
    third = len(chime()) // 6 * 2
    begin, end = loudness(chime()[:third]), loudness(chime()[-third:])
    assert begin > 1000 and end < begin / 3


def test_call_is_one_file_of_chime_and_sentences(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    english = sentence("A012", "window 3", "en")
    parts = [voice.chime(), voice.render(CALL, "zh_CN"), voice.render(english, "en")]
    path = voice.call([(CALL, "zh_CN"), (english, "en")])
    assert path and voice.call([(CALL, "zh_CN"), (english, "en")]) == path
    assert seconds(path) == pytest.approx(sum(seconds(part) for part in parts if part) + 0.6, abs=0.01)
    assert samples(path).startswith(chime())


def test_least_used_files_go_when_the_folder_is_full(tmp_path: Path) -> None:
    first = Voice(tmp_path).render("请一号", "zh_CN")
    assert first
    size = first.stat().st_size
    voice = Voice(tmp_path, limit=int(size * 3.5))
    second = voice.render("请二号", "zh_CN")
    for text in ("请三号", "请四号"):
        time.sleep(0.02)
        assert voice.render("请一号", "zh_CN") == first  # still in use
        assert voice.render(text, "zh_CN")
    assert second and not second.exists() and first.exists()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= size * 3.5


def test_speaking_never_loads_the_library_here(tmp_path: Path) -> None:
    assert Voice(tmp_path, engines=[LIBRARY]).render("请坐", "zh_CN")
    assert "espeakng_loader" not in sys.modules
