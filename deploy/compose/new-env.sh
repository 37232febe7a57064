#!/bin/sh
# Writes .env for compose.yaml, readable by you alone, with secrets of its own. Never touches one that is there.
set -eu
target="${1:-.env}"
# What containers mount is read by other users than you, however careful your umask is.
here="$(cd "$(dirname "$0")/.." && pwd)"
chmod a+rx "$here" "$here/compose" "$here/caddy"
chmod a+r "$here"/compose/* "$here"/caddy/*
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
if [ -e "$target" ]; then
    echo "$target is there already and stays as it is." >&2
    exit 1
fi
umask 077
cat > "$target" <<END
# What each line is for: docker compose run --rm --no-deps web settings
MIMI_PUBLIC_URL=https://mimi.example.com
MIMI_SECRET_KEY=$(secret)
MIMI_METRICS_TOKEN=$(secret)
MONGO_PASSWORD=$(secret)
LINE_CHANNEL_SECRET=
LINE_CHANNEL_ACCESS_TOKEN=
ANTHROPIC_API_KEY=
SMTP_URL=
MAIL_FROM=
MIMI_OPERATOR=
MIMI_HOSTING=
END
echo "$target is written. Fill in its empty lines and MIMI_PUBLIC_URL; keep a copy of it somewhere safe."
