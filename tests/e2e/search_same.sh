#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The same filter means the same cases in the local copy and at the central.
set -u
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

start_central
"$CENTRAL" officer add "$C" britt.z --name "Britt Zetterlund Öhrn" --title "handläggare" \
	--roles officer,decider --units bygg >"$T/officer.out" 2>&1 || bail "officer: $(cat "$T/officer.out")"
first=$(apply BYGGLOV_NYBYGGNAD s1 "Carport vid Ekvägen 4" "Åkesson, Per")
apply BYGGLOV_NYBYGGNAD s2 "Plank och altan" "Malmros Bygg AB" >/dev/null
apply BYGGLOV_NYBYGGNAD s3 "Ny carport" "Linné, Eva" >/dev/null
printf '{"title":"Brev om altan","party":{"name":"Eva Ek"},"channel":"letter","fields":{}}' |
	curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: s4" \
		--data-binary @- "$URL/v1/intake/BYGGLOV_NYBYGGNAD" >"$T/intake.json" || bail "intake: $(cat "$T/intake.json")"
enrol britt.z >"$T/enrol.out" 2>&1 || bail "enrol: $(cat "$T/enrol.out")"
sluss britt.z sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
sluss britt.z claim "$first" >"$T/out" 2>&1 || bail "claim: $(cat "$T/out")"
sluss britt.z sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"

# ids FILTER [--server]: the cases found, or the word of what is wrong
ids() {
	sluss britt.z search "$@" --json >"$T/found" 2>"$T/err"
	echo "$(jq -rs '[.[] | (.cases // .rows // [])[] | .case_id // .id] | sort | join(" ")' "$T/found")$(grep -o '(filter-[a-z]*)' "$T/err")"
}
hits=0
while read -r filter; do
	here=$(ids "$filter")
	is "the same cases here and at the central: $filter" "$here" "$(ids "$filter" --server)"
	[ -z "$here" ] || hits=$((hits + 1))
done <<'END'
carport
kanal:e-tjänst
kanal:e-tj
kanal:e-serv
kanal:brev
channel:letter -carport
handl:zetterlund
handl:öhrn eller altan
-handl:zetter akesson
text=akesson
dnr:1
kö:bygg
handl:nobodyhere
END
if [ "$hits" -ge 10 ]; then pass "most of them find something"; else fail "most of them find something" "$hits"; fi
stop_central
finish
