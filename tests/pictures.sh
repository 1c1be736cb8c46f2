#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The pictures of the README, taken from a run of the real programs. Each
# stands between <!-- NAME --> and <!-- /NAME -->. Called by `make pictures`.
#   SLUSS_DATA   a folder with wabo.ndjson.gz (CoSeLoG's permit log,
#                doi:10.4121/uuid:a07386a5-7be3-4367-9535-70bc9e77dbe6);
#                without it those two pictures stay as they are
set -eu
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/e2e/lib.sh"
DRIVE=$B/tests/lib/ptydrive

# picture NAME SIZE OFFICER: script on standard input; it ends with `screen $T/NAME`
picture() {
	{
		printf 'wait senfras\ntype %s\nkey Enter\n' "$PASSPHRASE"
		cat
		printf 'screen %s\nkey Q\nwaitexit 0\n' "$T/$1"
	} >"$T/script"
	SLUSS_HOME=$(home_of "$3") "$DRIVE" --timeout 60 --size "$2" --script "$T/script" -- "$SLUSS" \
		>"$T/out" 2>"$T/err" || bail "$1: $(grep -v "^ *│\?$" "$T/err" "$T/out" | head -n 30)"
	sed -e '/^---/d' -e 's/[ ]*$//' "$T/$1" >"$T/$1.txt"
	awk -v name="$1" -v file="$T/$1.txt" '
		$0 == "<!-- /" name " -->" { skip = 0 }
		!skip { print }
		$0 == "<!-- " name " -->" {
			skip = 1
			print "```"
			while ((getline line < file) > 0) print line
			print "```"
		}' README.md >"$T/README"
	cat "$T/README" >README.md
	echo "$1: taken"
}

init_central conf/casetypes
"$CENTRAL" demo-fill "$C" --cases 600 --seed 7 >"$T/fill.out" 2>&1 || bail "fill: $(cat "$T/fill.out")"
serve_central
enrol britt.a >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
sluss britt.a sync >"$T/sync.out" 2>&1 || bail "sync: $(cat "$T/sync.out")"
picture screen 80x24 britt.a <<'END'
wait ONLINE
key 2
wait utan handläggare
END
[ -r "${SLUSS_DATA:-}/wabo.ndjson.gz" ] || {
	echo "SLUSS_DATA has no wabo.ndjson.gz: the permit log's pictures stay as they are"
	exit 0
}
"$CENTRAL" import "$C" "$SLUSS_DATA/wabo.ndjson.gz" >"$T/import.out" 2>&1 || bail "import: $(cat "$T/import.out")"
add_officer wabo officer import
enrol wabo >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
sluss wabo sync >"$T/sync.out" 2>&1 || bail "sync: $(cat "$T/sync.out")"
picture permits 160x50 wabo <<'END'
wait ONLINE
key 5
key /
type handl:resource11 inkom:2011-03
key Enter
wait case-
END
picture timeline 80x24 wabo <<'END'
wait ONLINE
key 5
key /
type dnr:case-891
key Enter
wait case-891
key Enter
wait Översikt
key 2
wait T15
END
