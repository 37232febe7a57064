#!/bin/sh
# The page tests drive a real Chromium: take the one that is there, or Debian's.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        found=yes
    fi
done
if [ "${found:-}" = yes ] && fc-list :lang=ja 2>/dev/null | grep -q .; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    [ "${found:-}" = yes ] && exit 0
    echo "The page tests need Chromium. Install it and run again, for example: sudo apt-get install chromium fonts-noto-cjk" >&2
    exit 1
fi
echo "Installing Chromium and a Japanese font for the page tests (once) ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null
apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null
