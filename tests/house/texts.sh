#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every text of the screens has its English, and no translation is left over.
cd "$(dirname "$0")/../.." || exit 1
for tool in xgettext msgmerge msgattrib msgfmt; do
	command -v "$tool" >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
echo "1..1"
if out=$(sh conf/po/update.sh check 2>&1); then
	echo "ok 1 - every text has its English"
else
	echo "not ok 1 - every text has its English"
	printf '%s\n' "$out" | sed 's/^/# /'
	exit 1
fi
