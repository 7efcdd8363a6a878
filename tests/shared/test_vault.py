"""Sealed identifiers: what comes back, what never does, and the key file that all of it hangs on."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from shared.vault import ADDRESS, ID_NUMBER, NAME, PHONE, Vault, VaultError

VAULT = Vault(bytes(range(32)))
ROOT = Path(__file__).parents[2]
purposes = st.sampled_from([ID_NUMBER, PHONE, NAME, ADDRESS])


@given(st.text(), purposes)
def test_sealed_text_comes_back_whole(text: str, purpose: str) -> None:
    assert VAULT.unseal(VAULT.seal(text, purpose=purpose), purpose=purpose) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert VAULT.seal("王某某", purpose=NAME) != VAULT.seal("王某某", purpose=NAME)


@given(st.data())
def test_a_changed_value_is_refused_wherever_it_was_changed(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal("340303199001011234", purpose=ID_NUMBER))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        VAULT.unseal(bytes(sealed), purpose=ID_NUMBER)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(28)])
def test_a_cut_off_value_is_refused(sealed: bytes) -> None:
    with pytest.raises(VaultError):
        VAULT.unseal(sealed, purpose=NAME)


def test_another_purpose_or_key_or_version_is_refused_with_its_reason() -> None:
    sealed = VAULT.seal("13800000000", purpose=PHONE)
    with pytest.raises(VaultError, match="cannot be unsealed as name"):
        VAULT.unseal(sealed, purpose=NAME)
    with pytest.raises(VaultError, match="another key"):
        Vault(bytes(32)).unseal(sealed, purpose=PHONE)
    with pytest.raises(VaultError, match="version 02"):
        VAULT.unseal(b"\x02" + sealed[1:], purpose=PHONE)


@pytest.mark.parametrize(
    ("purpose", "ways"),
    [
        (ID_NUMBER, ["34030319900101123X", " 340303 19900101 123x ", "３４０３０３19900101123Ｘ"]),
        (PHONE, ["13800000000", "138-0000-0000", "+86 138 0000 0000", "008613800000000", "１３８00000000"]),
        (PHONE, ["0552-3012309", "(0552) 301 2309", "05523012309"]),
        (NAME, ["John  Smith", "john smith ", "ＪＯＨＮ SMITH"]),
    ],
)
def test_every_way_of_writing_a_value_has_the_same_index(purpose: str, ways: list[str]) -> None:
    assert len({VAULT.index(way, purpose=purpose) for way in ways}) == 1


def test_indexes_differ_by_value_by_purpose_and_by_key() -> None:
    number = "13800000000"
    other = Vault(bytes(32))
    found = [VAULT.index(number, purpose=PHONE), VAULT.index("13800000001", purpose=PHONE)]
    found += [VAULT.index(number, purpose=ID_NUMBER), other.index(number, purpose=PHONE)]
    assert len(set(found)) == 4
    assert all(len(index) == 64 and number not in index for index in found)


@pytest.mark.parametrize(("text", "purpose"), [("", NAME), ("  ", ID_NUMBER), ("none", PHONE)])
def test_a_blank_has_no_index(text: str, purpose: str) -> None:
    with pytest.raises(ValueError, match=f"nothing to index as {purpose}"):
        VAULT.index(text, purpose=purpose)


def test_derived_keys_are_those_of_hkdf() -> None:
    for key in (bytes(range(32)), bytes(32)):
        reference = HKDF(SHA256(), 32, salt=None, info=b"nuanyi vault 1 use links").derive(key)
        assert Vault(key).derive("links") == reference


def test_derived_keys_are_stable_and_apart() -> None:
    assert VAULT.derive("links") == Vault(bytes(range(32))).derive("links")
    assert len({VAULT.derive("links"), VAULT.derive("files"), Vault(bytes(32)).derive("links")}) == 3


def test_the_first_opening_makes_a_private_key_that_later_ones_share(tmp_path: Path) -> None:
    sealed = Vault.open(tmp_path / "data").seal("王某某", purpose=NAME)
    assert Vault.open(tmp_path / "data").unseal(sealed, purpose=NAME) == "王某某"
    key = tmp_path / "data" / "vault.key"
    assert (key.stat().st_mode & 0o777, key.stat().st_size) == (0o600, 32)
    assert [*(tmp_path / "data").iterdir()] == [key]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_key_that_others_may_touch_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    Vault.open(tmp_path)
    (tmp_path / "vault.key").chmod(mode)
    with pytest.raises(VaultError, match=f"mode {mode:o}.*chmod 600"):
        Vault.open(tmp_path)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_the_wrong_size_is_refused_and_never_replaced(tmp_path: Path, size: int) -> None:
    key = tmp_path / "vault.key"
    key.write_bytes(bytes(size))
    key.chmod(0o600)
    with pytest.raises(VaultError, match="exactly 32 bytes"):
        Vault.open(tmp_path)
    assert key.read_bytes() == bytes(size)


def test_a_vault_that_seals_nothing_leaves_the_library_alone(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from shared.vault import PHONE, Vault; vault = Vault.open(Path(sys.argv[1]));"
        "vault.derive('links'), vault.index('13800000000', purpose=PHONE); print('cryptography' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout == b"False\n"


def test_processes_that_open_a_new_vault_at_once_get_the_same_key(tmp_path: Path) -> None:
    """They all wait for the start signal on their standard input, so that they really race."""
    program = (
        "import sys; from pathlib import Path; from shared.vault import Vault; print('ready', flush=True);"
        "sys.stdin.read(); print(Vault.open(Path(sys.argv[1])).derive('test').hex())"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == b"ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.close()
    keys = set()
    for racer in racers:
        assert racer.stdout
        with racer.stdout:
            keys.add(racer.stdout.read())
        assert racer.wait() == 0
    assert len(keys) == 1
    assert [*tmp_path.iterdir()] == [tmp_path / "vault.key"]
