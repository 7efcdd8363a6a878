#!/bin/sh
# Makes sure the mail tests find a real mailbox (dovecot) and a second opinion on calendar mail (libical); the centre itself
# needs neither. Without them, and without root to fetch them, those tests are skipped (a failure where CI is set).
set -eu
say() { echo "setup: $*" >&2; }
PATH="$PATH:/usr/sbin:/usr/local/sbin:/sbin"
mailbox() { command -v dovecot >/dev/null 2>&1; }
opinion() { ldconfig -p 2>/dev/null | grep -q libical.so; }
apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
fetch() { DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends "$@" >&2; }

if mailbox && opinion; then exit 0; fi
if apt; then
    say "fetching dovecot and libical for the mail tests"
    apt-get update --quiet --quiet >&2 || true
    mailbox || fetch dovecot-imapd || true
    opinion || fetch libical3 || fetch libical3t64 || true
fi
mailbox || say "no dovecot: the mailbox tests will be skipped (Debian, as root: apt-get install dovecot-imapd)"
opinion || say "no libical: calendar mail will not be checked by it (Debian, as root: apt-get install libical3)"
