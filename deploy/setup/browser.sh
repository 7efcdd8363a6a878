#!/bin/sh
# Makes sure the browser tests find a Chromium that starts and a Chinese font; the centre itself needs neither.
# Chromium: $CHROMIUM, else PATH, else apt (as root), else Playwright's own. tests/browser.py looks in the same order.
set -eu
say() { echo "setup: $*" >&2; }
starts() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }
playwrights_own() {
    .venv/bin/python -c 'from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)'
}
found() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do starts "$name" && return; done
    starts "$(playwrights_own)"
}
chinese() { ! command -v fc-list >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }
apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
fetch() { DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends "$@" >&2; }

if [ -n "${CHROMIUM:-}" ] && ! starts "$CHROMIUM"; then
    say "CHROMIUM=$CHROMIUM does not start. Point it at a Chromium, or unset it."
    exit 1
fi
if found && chinese; then exit 0; fi

if apt; then
    say "fetching Chromium and a Chinese font for the browser tests"
    apt-get update --quiet --quiet >&2 || true
    found || fetch chromium || true
    fetch fontconfig fonts-noto-cjk || fetch fontconfig fonts-wqy-microhei || true
fi
found || .venv/bin/python -m playwright install chromium >&2 || true
if ! found; then
    say "no Chromium for the browser tests. Install one (Debian, as root: apt-get install chromium fonts-noto-cjk),"
    say "or point CHROMIUM at one:  CHROMIUM=/path/to/chromium make test"
    exit 1
fi
chinese || say "no Chinese font on this machine: pages bring their own, but install fonts-noto-cjk to see what visitors see"
