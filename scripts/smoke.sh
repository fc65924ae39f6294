#!/usr/bin/env bash
# Installs the wheel alone, without the tests' packages, into an empty environment, and runs it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
uv="$root/.tools/bin/uv --system-certs --quiet"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "· building the wheel"
cp -r "$root"/{pyproject.toml,README.md,LICENSE,src} "$folder/"
(cd "$folder" && $uv build --wheel --out-dir dist)
echo "· installing it alone"
$uv venv --python "${PYTHON:-python3}" "$folder/venv"
$uv pip sync --python "$folder/venv/bin/python" --require-hashes "$root/requirements/run.lock"
$uv pip install --python "$folder/venv/bin/python" --no-deps "$folder"/dist/*.whl
echo "· running it"
cd "$folder"
venv/bin/regulars --help >/dev/null
venv/bin/regulars demo --customers 200 --workspace demo
test -s demo/releases/"$(cat demo/releases/current)"/report.html
echo "· the wheel works alone"
