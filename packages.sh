#!/bin/sh
# Debian packages that a window needs (and a DICOM checker for the tests): installed when root, else named.
set -eu
command -v dpkg-query >/dev/null || exit 0
missing=""
for package in "$@"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends $missing >/dev/null
else
    echo "packages that a window needs are missing; ask for: apt-get install$missing" >&2
fi
