#!/bin/bash
# Freezes the studio on macOS and packs it as a zip file. UNTESTED: nobody has run this; it says how it would go.
#
# Needs Python 3.11 to 3.13. The program is not signed, so macOS asks before its first start. The embedded engine exists
# for Linux only, so on macOS the studio checks, edits, serves with Docker and attaches to servers.
set -euo pipefail
cd "$(dirname "$0")/../.."

PYTHONHASHSEED=1
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export PYTHONHASHSEED SOURCE_DATE_EPOCH

python3 -m venv build/venv
build/venv/bin/python -m pip install --constraint packaging/constraints.txt '.[gui]' pyinstaller
build/venv/bin/python -m PyInstaller -y --distpath build/frozen --workpath build/work packaging/freeze/trireme.spec
build/frozen/trireme/trireme --version

mkdir -p dist
archive="dist/trireme-macos-$(uname -m).zip"
ditto -c -k --keepParent build/frozen/trireme "$archive"
echo "$archive is built, and untested."
