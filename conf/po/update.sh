#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The source texts, as the translation must have them. Usage:
#   update.sh         bring new source texts into en.po, drop those that left
#   update.sh check   say what is missing or left over; exit 1 if anything is
set -eu
cd "$(dirname "$0")/../.."
pot=$(mktemp)
trap 'rm -f "$pot" "$pot.po"' EXIT
find conf src/app src/domain/channel.c src/domain/filter_words.c src/package ui -name '*.[ch]' | LC_ALL=C sort |
	xargs xgettext --from-code=UTF-8 -k_ -kN_ -kP_:1,2 --no-location --no-wrap -o "$pot" 2>/dev/null
if [ "${1:-}" = check ]; then
	msgfmt -c -o /dev/null conf/po/en.po
	msgmerge --quiet --no-fuzzy-matching --no-wrap -o "$pot.po" conf/po/en.po "$pot"
	left=$(msgattrib --untranslated --no-obsolete "$pot.po"; msgattrib --only-fuzzy "$pot.po"; msgattrib --only-obsolete "$pot.po")
	[ -z "$left" ] || { printf "%s\n" "$left"; exit 1; }
else
	msgmerge --quiet --no-fuzzy-matching --no-wrap --update --backup=none conf/po/en.po "$pot"
	msgattrib --no-obsolete --no-wrap -o conf/po/en.po conf/po/en.po
fi
