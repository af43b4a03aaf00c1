#!/bin/sh
# Brings what the tests need from the system: a browser, PostgreSQL, a keyring, another date.
# As root on Debian it installs what is missing; otherwise it says in one line what to install.
# Under CI (CI=true) a missing package is a failure, never a skipped test.
set -eu

missing=""
need() { missing="$missing $1"; }

command -v chromium >/dev/null || command -v chromium-browser >/dev/null || need chromium
ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1' || need libatomic1
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
command -v gnome-keyring-daemon >/dev/null || need gnome-keyring
command -v dbus-run-session >/dev/null || need dbus-daemon
command -v faketime >/dev/null || need faketime

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "Some tests need these Debian packages:$missing (sudo apt-get install$missing)" >&2
[ "${CI:-}" != true ]
