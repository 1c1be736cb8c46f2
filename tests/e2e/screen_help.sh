#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The help lists what `sluss keys` lists: one registry. Each action of the
# queue is found by the words of its own row, and by command in both languages.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
apply BYGGLOV_TILLBYGGNAD help-1 "Carport" "Åkesson, Britt" >/dev/null
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"
"$SLUSS" keys --json >"$T/keys.json" || bail "sluss keys --json"
jq -r '.actions[] | select(.views | index("Kö")) | select(.command_sv != "") |
	":" + .command_sv + "\t" + .command_en' "$T/keys.json" >"$T/commands"
{
	unlock_script
	echo "wait Carport"
	echo "key ?"
	echo "wait HJÄLP › Kö"
	tab=$(printf '\t')
	while IFS=$tab read -r sv en; do
		echo "key ^U"
		echo "type $en"
		echo "wait $sv"
	done <"$T/commands"
	cat <<-'EOS'
		# What is not possible now is there, with the reason.
		key ^U
		type avsluta-ärende
		wait inte nu
		key Enter
		wait Går inte nu
		# What is possible is done by Enter.
		key ^U
		type claim
		wait :ta
		key Enter
		wait Klart: ta ärendet
		key 1
		wait Mina
		wait Carport
		# The palette has only what is possible.
		key F2
		wait ÅTGÄRDER
		type close-case
		wait Ingen åtgärd passar
		key Esc
		# Commands in both languages, and by their beginning.
		type :prio
		key Enter
		wait Prioritet
		key Esc
		type :kaffe
		key Enter
		wait Okänt kommando
		type :översikt
		key Enter
		wait går inte här
		type :outbox
		key Enter
		wait UTKORG
		key q
		key Q
		waitexit 0
	EOS
} >"$T/script"
screen britt.a --script "$T/script"
did "the help finds all $(wc -l <"$T/commands") commands of the queue" $?
is "the registry has no clash" "$(sluss_locked britt.a keys >/dev/null 2>&1 && echo none)" none
finish
