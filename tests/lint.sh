#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# cppcheck, shellcheck, mandoc -Tlint, clang-format, SPDX lines.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
files=$(find src ui cache conf tests -name '*.[ch]' | LC_ALL=C sort)
# shellcheck disable=SC2086,SC2046
cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j "$(nproc)" \
	--enable=warning,performance,portability \
	--suppress=missingIncludeSystem --suppress=unknownMacro \
	--suppress=checkLevelNormal --suppressions-list=conf/cppcheck.txt \
	-I. -Isrc -D_GNU_SOURCE -DSLUSS_VERSION='"0"' -DSLUSS_PREFIX='"/usr"' $(echo "$files" | grep '\.c$') || bad=1
scripts=$(find . -path ./build -prune -o -name '*.sh' -print; echo .ci/run)
# shellcheck disable=SC2086
shellcheck -S warning $scripts || bad=1
for m in man/*.[1-8]; do
	[ -e "$m" ] || continue
	out=$(mandoc -Tlint -W style "$m" 2>&1 | grep -v 'operating system explicitly specified\|referenced manual not found') || true
	if [ -n "$out" ]; then
		echo "$out"
		bad=1
	fi
done
# shellcheck disable=SC2086
clang-format --dry-run -Werror $files || bad=1
for f in $files $scripts Makefile man/*.[1-8] $(find conf cache src -name '*.sql' -o -name '*.conf' -o -name '*.po'); do
	[ -e "$f" ] || continue
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier: EUPL-1.2' || { echo "$f: no SPDX line"; bad=1; }
done
[ "$bad" = 0 ] && echo "lint: clean"
exit "$bad"
