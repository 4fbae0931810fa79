#!/bin/sh
# Installs Trireme @VERSION@ for one person, without root.
#
# usage: sh trireme-@VERSION@-linux-x86_64.run [--prefix DIR] [--uninstall] [--extract DIR] [--help]
set -eu
prefix="${HOME:?HOME is not set}/.local"
action=install
say() { printf '%s\n' "$*"; }
die() { printf 'trireme: %s\n' "$*" >&2; exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || die "--prefix needs a folder"; prefix=$2; shift 2 ;;
        --extract) [ $# -gt 1 ] || die "--extract needs a folder"; prefix=$2; action=extract; shift 2 ;;
        --uninstall) action=uninstall; shift ;;
        -h | --help)
            say "Installs Trireme @VERSION@ under ~/.local, or where --prefix says."
            say "  --prefix DIR    install under DIR"
            say "  --uninstall     take it away again (settings and engines of yours stay)"
            say "  --extract DIR   only unpack"
            exit 0 ;;
        *) die "unknown option $1 (--help lists them)" ;;
    esac
done
case $prefix in /*) ;; *) prefix=$(pwd)/$prefix ;; esac
home=$prefix/lib/trireme

remove() {
    rm -rf "$home"
    rm -f "$prefix/bin/trireme" "$prefix/share/applications/org.trireme.Trireme.desktop" \
        "$prefix/share/mime/packages/trireme.xml" "$prefix/share/metainfo/org.trireme.Trireme.metainfo.xml" \
        "$prefix/share/man/man1/trireme.1.gz" "$prefix/share/bash-completion/completions/trireme"
    rm -rf "$prefix/share/doc/trireme"
    rm -f "$prefix"/share/icons/hicolor/*/apps/trireme.png
}

tell_desktop() {
    command -v update-desktop-database >/dev/null 2>&1 && update-desktop-database -q "$prefix/share/applications" 2>/dev/null
    command -v update-mime-database >/dev/null 2>&1 && update-mime-database "$prefix/share/mime" >/dev/null 2>&1
    return 0
}

if [ $action = uninstall ]; then
    [ -d "$home" ] || die "there is no Trireme under $prefix"
    remove
    tell_desktop
    say "Trireme is gone from $prefix. Settings and engines of yours stay where they are."
    exit 0
fi

[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || die "this file is for Linux on x86-64."
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc 2\.\([0-9]*\).*/\1/p')
[ -n "$glibc" ] || die "this system does not use glibc, which Trireme needs."
[ "$glibc" -ge 35 ] || die "this system has glibc 2.$glibc, and Trireme needs 2.35 or later: Debian 12, Ubuntu 22.04 or newer."
command -v xz >/dev/null || die "xz is missing; install it (Debian and Ubuntu: xz-utils) and start this file again."
mkdir -p "$prefix" || die "$prefix cannot be written."
free=$(df -Pk "$prefix" | awk 'NR == 2 {print $4}')
[ "$free" -gt $((@KILOBYTES@ + 20000)) ] || die "$prefix has $((free / 1024)) MB free, and $((@KILOBYTES@ / 1024 + 20)) MB are needed."

new=$prefix/.trireme-new.$$
trap 'rm -rf "$new"' EXIT
mkdir "$new"
tail -n +@LINE@ "$0" | xz -dc | tar -xf - -C "$new" || die "this file is damaged; get it again."
if [ $action = extract ]; then
    cp -a "$new"/. "$prefix"/
    say "Trireme @VERSION@ is unpacked in $prefix."
    exit 0
fi
remove
cp -a "$new"/. "$prefix"/
sed -i "s|^Exec=trireme|Exec=$prefix/bin/trireme|" "$prefix/share/applications/org.trireme.Trireme.desktop"
head -n $((@LINE@ - 1)) "$0" >"$home/uninstall"
chmod 755 "$home/uninstall"
tell_desktop
say "Trireme @VERSION@ is installed: $prefix/bin/trireme"
case ":$PATH:" in *":$prefix/bin:"*) ;; *) say "Put $prefix/bin on your PATH to start it by name." ;; esac
say "Take it away again with: sh $home/uninstall --prefix $prefix --uninstall"
exit 0
