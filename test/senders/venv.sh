#!/usr/bin/env bash
# Makes the Python environment with the clients that python.test.ts sends by, as pinned in requirements.txt. Quick where it is
# there already; the test skips where it is not.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/../../node_modules/.cache/millrace/senders-venv
if cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then exit 0; fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/requirements.txt" # last: says that it is whole
