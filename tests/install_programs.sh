#!/bin/sh
# Programs that the tests drive and no Python package brings: a real Chromium and nginx, and faketime for `make chaos`.
# On Linux WebKit, and a screen that nobody sees for it; with "browsers", for `make browsers`, also Firefox.
# Those that are there are taken; for the others Debian's, if we may.
set -eu
there() { command -v "$1" >/dev/null 2>&1; }
missing= also=
there chromium || there chromium-browser || there google-chrome || missing="chromium"
# Debian has it where only root looks.
PATH="$PATH:/usr/sbin" there nginx || missing="$missing nginx-light"
fc-list :lang=ja 2>/dev/null | grep -q . || also="fonts-noto-cjk fontconfig"
there faketime || also="$also faketime"
if [ "$(uname)" = Linux ]; then
    there WebKitWebDriver || missing="$missing webkit2gtk-driver"
    there Xvfb || missing="$missing xvfb"
fi
[ "${1:-}" != browsers ] || there firefox-esr || there firefox || missing="$missing firefox-esr"
[ -n "$missing$also" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    [ -n "$missing" ] || exit 0
    echo "The tests need some programs. Install them and run again, for example: sudo apt-get install" $missing $also >&2
    exit 1
fi
echo "Installing what the tests drive (once):" $missing $also
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null
# RUNLEVEL: the tests start an nginx of their own, and nobody needs another.
RUNLEVEL=1 apt-get install -y -qq $missing $also >/dev/null
