"""A program of its own that speaks like `espeak-ng -v VOICE -s SPEED -w FILE --stdin`, with the bundled espeak-ng library.

Never import it into the server: the library ends the whole process when it cannot find its data. It imports nothing of ours.
"""

import argparse
import ctypes
import sys
import wave

SYNCHRONOUS, RATE_SETTING, UTF8 = 2, 1, 1
BY_CHARACTER = 1  # how positions in the text are counted


def main() -> int:
    options = _options()
    text = sys.stdin.buffer.read()
    library, rate = _library(options.path)
    if library.espeak_SetVoiceByName(options.voice.encode()) != 0:
        print(f"no voice {options.voice}", file=sys.stderr)  # noqa: T201
        return 2
    library.espeak_SetParameter(RATE_SETTING, options.speed, 0)
    _write(options.out, rate, _spoken(library, text))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", dest="voice", required=True)
    parser.add_argument("-s", dest="speed", type=int, default=175)
    parser.add_argument("-w", dest="out", required=True)
    parser.add_argument("-b", dest="encoding", choices=["1"])
    parser.add_argument("--stdin", action="store_true", required=True)
    parser.add_argument("--path", default="")
    return parser.parse_args()


def _library(path: str) -> tuple[ctypes.CDLL, int]:
    """The library, ready to speak, and its samples a second. The data path must be given: there is no default."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = path or espeakng_loader.get_data_path()
    return library, library.espeak_Initialize(SYNCHRONOUS, 0, data.encode(), 0)


def _spoken(library: ctypes.CDLL, text: bytes) -> bytes:
    """The samples, collected while the library makes them."""
    heard = bytearray()

    def hear(samples: int | None, count: int, events: int | None) -> int:
        if samples and count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    listener = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(hear)
    library.espeak_SetSynthCallback(listener)
    size = ctypes.c_size_t(len(text) + 1)
    library.espeak_Synth(text + b"\0", size, 0, BY_CHARACTER, 0, UTF8, None, None)
    library.espeak_Synchronize()
    return bytes(heard)


def _write(path: str, rate: int, samples: bytes) -> None:
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)


if __name__ == "__main__":
    sys.exit(main())
