#!/usr/bin/env bash
# Makes sure that the browser tests find a Chromium. BROWSER_PATH names one of your own.
set -euo pipefail
for candidate in "${BROWSER_PATH:-}" chromium chromium-browser google-chrome; do
  if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: no Chromium found, and no apt-get to install one" >&2
  echo "hint: install Chromium and set BROWSER_PATH to its executable" >&2
  exit 1
fi
echo "· installing Chromium for the browser tests"
as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -qq install -y --no-install-recommends chromium >/dev/null
