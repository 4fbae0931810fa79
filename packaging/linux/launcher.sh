#!/bin/sh
# Starts Trireme from wherever it is installed; says in one sentence where the system is too old for it.
here=$(dirname "$(readlink -f "$0")")
version=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc 2\.\([0-9]*\).*/\1/p')
if [ -n "$version" ] && [ "$version" -lt 35 ]; then
    echo "trireme: this system has glibc 2.$version, and Trireme needs 2.35 or later: Debian 12, Ubuntu 22.04 or newer." >&2
    exit 1
fi
exec "$here/../lib/trireme/trireme" "$@"
