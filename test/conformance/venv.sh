#!/usr/bin/env bash
# Makes the Python environment in which the conformance suite runs librdkafka's own client: confluent-kafka, as pinned in
# requirements.txt. Quick where it is there already; the suite leaves that client out where it is not.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/../../node_modules/.cache/millrace/conformance-venv
if cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then exit 0; fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
cp "$here/requirements.txt" "$venv/requirements.txt" # last: says that it is whole
