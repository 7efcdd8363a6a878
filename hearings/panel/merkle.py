"""One fingerprint for a whole list (the tree of RFC 6962 §2.1, over text): shows that a row was in the list without
showing the list. Leaves and nodes are fingerprints of different kinds, so neither can pass for the other.
"""

from collections.abc import Sequence

from hearings.panel.fingerprint import fingerprint


def root(leaves: Sequence[str]) -> str:
    """The fingerprint of at least one leaf."""
    if len(leaves) == 1:
        return leaves[0]
    middle = _middle(len(leaves))
    return fingerprint("node", root(leaves[:middle]), root(leaves[middle:]))


def proof(leaves: Sequence[str], place: int) -> list[str]:
    """What must be known beside the leaf at ``place`` (from 0) to reach the root: its neighbours, from the leaf upwards."""
    if len(leaves) == 1:
        return []
    middle = _middle(len(leaves))
    if place < middle:
        return [*proof(leaves[:middle], place), root(leaves[middle:])]
    return [*proof(leaves[middle:], place - middle), root(leaves[:middle])]


def proves(path: Sequence[str], leaf: str, place: int, size: int, whole: str) -> bool:
    """Whether ``leaf`` stood at ``place`` of the list of ``size`` leaves with the root ``whole``."""
    return 0 <= place < size and _climb(list(path), leaf, place, size) == whole


def _climb(path: list[str], leaf: str, place: int, size: int) -> str | None:
    if size == 1:
        return None if path else leaf
    if not path:
        return None
    middle = _middle(size)
    left = place < middle
    below = _climb(path[:-1], leaf, place if left else place - middle, middle if left else size - middle)
    if below is None:
        return None
    return fingerprint("node", below, path[-1]) if left else fingerprint("node", path[-1], below)


def _middle(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
