#!/bin/sh
# Installs Trireme @VERSION@ for one person, without root.
#
# usage: sh trireme-@VERSION@-linux-x86_64.run [--prefix DIR] [--uninstall] [--extract DIR] [--help]
set -eu
archive_line=@LINE@
needed_kilobytes=@KILOBYTES@
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

# What was installed beside the program is listed there; folders that are empty afterwards go as well.
remove() {
    [ -f "$home/installed" ] || return 0
    while IFS= read -r file; do
        rm -f "$prefix/$file"
        (cd "$prefix" && rmdir -p "$(dirname "$file")" 2>/dev/null) || true
    done <"$home/installed"
    rm -rf "$home"
}

# Indexes of the desktop that list nothing any more.
remove_indexes() {
    applications=$prefix/share/applications
    mime=$prefix/share/mime
    if [ -d "$applications" ] && [ -z "$(find "$applications" -name '*.desktop')" ]; then
        rm -f "$applications/mimeinfo.cache"
    fi
    if [ -d "$mime" ] && [ -z "$(find "$mime/packages" -name '*.xml' 2>/dev/null)" ]; then
        for name in XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version; do
            rm -f "$mime/$name"
        done
        rm -f "$mime/text/x-triton-config.xml"
        rmdir "$mime/text" 2>/dev/null || true
    fi
    (cd "$prefix" && rmdir -p share/applications 2>/dev/null) || true
    (cd "$prefix" && rmdir -p share/mime/packages 2>/dev/null || rmdir -p share/mime 2>/dev/null) || true
    (cd "$prefix" && rmdir lib 2>/dev/null) || true
    rmdir "$prefix" 2>/dev/null || true
}

tell_desktop() {
    if [ -d "$prefix/share/applications" ] && command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true
    fi
    if [ -d "$prefix/share/mime/packages" ] && command -v update-mime-database >/dev/null 2>&1; then
        update-mime-database "$prefix/share/mime" >/dev/null 2>&1 || true
    fi
}

if [ $action = uninstall ]; then
    [ -d "$home" ] || die "there is no Trireme under $prefix"
    remove
    tell_desktop
    remove_indexes
    say "Trireme is gone from $prefix. Settings and engines of yours stay where they are."
    exit 0
fi

[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || die "this file is for Linux on x86-64."
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc 2\.\([0-9]*\).*/\1/p')
[ -n "$glibc" ] || die "this system does not use glibc, which Trireme needs."
[ "$glibc" -ge 35 ] || die "this system has glibc 2.$glibc, and Trireme needs 2.35 or later: Debian 12, Ubuntu 22.04 or newer."
command -v xz >/dev/null || die "xz is missing; install it (Debian and Ubuntu: xz-utils) and start this file again."
mkdir -p "$prefix" 2>/dev/null || die "$prefix cannot be written."
[ -w "$prefix" ] || die "$prefix cannot be written."
free=$(df -Pk "$prefix" | awk 'NR == 2 {print $4}')
[ "$free" -gt $((needed_kilobytes + 20000)) ] ||
    die "$prefix has $((free / 1024)) MB free, and $((needed_kilobytes / 1024 + 20)) MB are needed."

new=$prefix/.trireme-new.$$
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$new"
tail -n +$archive_line "$0" | xz -dc | tar -xf - -C "$new" --strip-components=2 || die "this file is damaged; get it again."
[ -x "$new/bin/trireme" ] || die "this file is damaged; get it again."
if [ $action = extract ]; then
    cp -a "$new"/. "$prefix"/
    say "Trireme @VERSION@ is unpacked in $prefix."
    exit 0
fi
sed -i "s|^Exec=trireme|Exec=\"$prefix/bin/trireme\"|" "$new/share/applications/org.trireme.Trireme.desktop"
(cd "$new" && find . ! -type d ! -path './lib/trireme/*' | sed 's|^\./||') >"$new/lib/trireme/installed"
head -n $((archive_line - 1)) "$0" >"$new/lib/trireme/uninstall"
chmod 755 "$new/lib/trireme/uninstall"
remove
mkdir -p "$prefix/lib"
[ ! -e "$home" ] || die "$home is in the way: it was not installed by this file."
mv "$new/lib/trireme" "$home"
cp -a "$new"/. "$prefix"/
tell_desktop
say "Trireme @VERSION@ is installed: $prefix/bin/trireme"
case ":$PATH:" in *":$prefix/bin:"*) ;; *) say "Put $prefix/bin on your PATH to start it by name." ;; esac
say "Take it away again with: sh $home/uninstall --prefix $prefix --uninstall"
exit 0
