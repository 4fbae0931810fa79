#!/bin/sh
# Before the package goes: what the engine's Python compiled beside its library where root ran it.
set -e
if [ -d /usr/lib/trireme/python ]; then
    find /usr/lib/trireme/python -type d -name __pycache__ -prune -exec rm -rf {} +
fi
