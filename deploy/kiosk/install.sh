#!/usr/bin/env bash
# Makes a Debian machine a kiosk or a lobby display: Chromium in full screen under a small compositor, started by systemd, with
# policies that let nobody leave the page. Safe to run again. With --root DIR everything is written under DIR and nothing is run.
set -euo pipefail

usage() {
    cat >&2 <<'TEXT'
Use: install.sh --address https://hall.example.gov.cn [--role kiosk|lobby] [--user NAME] [--browser-printer] [--root DIR]
  --address          where the centre is: scheme, host and port, without a path
  --role             what this screen shows (default: kiosk)
  --user             the account that shows it; made if it is missing (default: nuanyi-kiosk)
  --browser-printer  the kiosk prints through this browser, without asking (default: printing is off, the centre prints)
  --root             a dry run: write the files under this folder, install and start nothing
TEXT
    exit 2
}

address="" role=kiosk account=nuanyi-kiosk root="" printing=false
while [ $# -gt 0 ]; do
    case "$1" in
        --address) address="${2:-}"; shift ;;
        --role) role="${2:-}"; shift ;;
        --user) account="${2:-}"; shift ;;
        --root) root="${2:-}"; shift ;;
        --browser-printer) printing=true ;;
        *) usage ;;
    esac
    shift
done
address="${address%/}"
[[ "$address" =~ ^https?://[A-Za-z0-9.:-]+$ ]] || usage
[[ "$role" == kiosk || "$role" == lobby ]] || usage
[[ "$account" =~ ^[a-z][a-z0-9-]{0,30}$ ]] || usage
[ -n "$root" ] || [ "$(id -u)" = 0 ] || { echo "install.sh: this needs root (or --root DIR for a dry run)" >&2; exit 1; }

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
say() { echo "kiosk: $*"; }

# Writes a file only when it is new or different, so that a second run changes nothing.
put() { # put MODE FILE < text
    local file="$root$2" text
    text="$(cat; printf x)"
    text="${text%x}"
    mkdir -p "$(dirname "$file")"
    if [ -f "$file" ] && [ "$(cat "$file"; printf x)" = "${text}x" ]; then
        chmod "$1" "$file"
        return
    fi
    printf '%s' "$text" > "$file.new"
    chmod "$1" "$file.new"
    mv "$file.new" "$file"
    say "wrote $2"
}

filled() { # filled FILE: a file of this folder with our values in it
    sed -e "s|@ADDRESS@|$address|g" -e "s|@ROLE@|$role|g" -e "s|@USER@|$account|g" -e "s|@PRINTING@|$printing|g" "$here/$1"
}

if [ -z "$root" ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get install --quiet --quiet --yes --no-install-recommends chromium cage fonts-noto-cjk dbus-user-session >&2
    id "$account" >/dev/null 2>&1 || useradd --create-home --shell /usr/sbin/nologin "$account"
    usermod --append --groups video,render,input,audio "$account"
fi

filled policies.json | put 644 /etc/chromium/policies/managed/nuanyi.json
filled settings.env | put 644 /etc/nuanyi/kiosk.env
put 755 /usr/local/lib/nuanyi/kiosk < "$here/kiosk"
filled nuanyi-kiosk.service | put 644 /etc/systemd/system/nuanyi-kiosk.service
put 644 /etc/systemd/system/nuanyi-kiosk-nightly.service < "$here/nuanyi-kiosk-nightly.service"
put 644 /etc/systemd/system/nuanyi-kiosk-nightly.timer < "$here/nuanyi-kiosk-nightly.timer"
put 644 /etc/systemd/logind.conf.d/nuanyi.conf < "$here/logind.conf"

if [ -z "$root" ]; then
    systemctl daemon-reload
    systemctl disable --now getty@tty1.service >/dev/null 2>&1 || true
    systemctl set-default graphical.target >/dev/null
    systemctl enable --quiet nuanyi-kiosk.service nuanyi-kiosk-nightly.timer
    systemctl restart nuanyi-kiosk.service nuanyi-kiosk-nightly.timer
fi
say "done: $address/$role on this screen. Pair it at $address/pair with the code from /desk/devices."
