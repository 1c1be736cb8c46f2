#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Install what is missing of the packages in conf/packages.txt.
# deps.sh build: what the programs need; check: the tests' tools too; bench:
# what profiles them as well; coverage: what counts their conditions.
set -eu
what=${1:-build}
list=$(dirname "$0")/packages.txt
want=$(awk -v w="$what" '/^#/ || !NF {next} $1 == "build" || $1 == w || (w != "build" && $1 == "check") {print $2}' "$list")
echo "Debian packages ($what):" $want
missing=
for p in $want; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
	echo "Sluss needs these packages (names as in Debian), and there is no apt-get here:$missing" >&2
	exit 1
fi
echo "Installing what is missing:$missing"
root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || { echo "Not root, and no sudo: install the packages above and try again." >&2; exit 1; }
	root=sudo
fi
$root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
