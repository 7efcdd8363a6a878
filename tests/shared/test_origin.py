"""Where a request came from, and where nobody may be led."""

from typing import Any

import pytest

from shared.origin import own_path, same_origin


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"origin": "https://hall.local"}, True),
        ({"origin": "https://HALL.local"}, True),
        ({"origin": "https://public.example"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://hall.local"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://hall.local"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "https://hall.local.evil.example"}, False),
        ({"origin": "https://hall.local:444"}, False),
        ({"origin": "https://evil.example/hall.local"}, False),
        ({"origin": "hall.local"}, False),
    ],
)
def test_the_origin_of_a_request_is_told_from_its_headers(headers: dict[str, str], same: bool) -> None:
    sent = [(name.encode(), value.encode()) for name, value in {"host": "hall.local", **headers}.items()]
    scope: Any = {"type": "http", "method": "POST", "headers": sent}
    assert same_origin(scope, "public.example") is same


@pytest.mark.parametrize("path", ["/", "/counter", "/counter?window=3&lang=en", "/c/k7m2#top", "/处"])
def test_a_path_of_ours_stays_as_it_is(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    ["", "counter", "//evil.example", "/\\evil.example", "http://evil.example", "/\t/evil.example", "/a\nb", "/a\\b",
     " /", "javascript:alert(1)", "/ /evil"],
)  # fmt: skip
def test_a_way_out_becomes_the_front_page(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"
