#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The rule of who may include whom holds, and a breach of it is found.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
check() { # name, wanted exit (0 or 1)
	n=$((n + 1))
	sh "$top/tests/layers.sh" "$tmp/tree" >"$tmp/out" 2>&1
	rc=$?
	if { [ "$2" = 0 ] && [ $rc = 0 ]; } || { [ "$2" = 1 ] && [ $rc != 0 ]; }; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$tmp/out"
	fi
}
fresh() {
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	(cd "$top" && tar cf - --exclude=./build src ui cache conf) | (cd "$tmp/tree" && tar xf -)
}
plant() { # file, line
	fresh
	printf '%s\n' "$2" >>"$tmp/tree/$1"
}
echo 1..6
fresh
check "the tree as it stands keeps the layers" 0
plant ui/canvas.c '#include "cache/outbox.h"'
check "an include from ui to cache is found" 1
plant ui/canvas.c '#include "sync/act.h"'
check "an include from ui to sync is found" 1
plant src/domain/casefile.c '#include "sql/db.h"'
check "an include from domain to a layer with I/O is found" 1
plant src/central/router.c '#include "cache/cases.h"'
check "an include from central to the client is found" 1
plant src/app/main.c '#include <sqlite3.h>'
check "a third-party header outside its layer is found" 1
