#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# An officer signed what a registrar erased later, and the central is put back to
# before the erasure. The central erases again what the database that was put aside
# had erased, the registrar's workstation brings the decision, and where that
# database is lost it is the decision that erases. The officer's home works before
# and after, its copy is never to be deleted by hand, whether it is kept, lost, or
# read anew by snapshots, and the erased words stay away from the outbox.
set -u
# shellcheck disable=SC2034 # for found, in lib.sh
TOOLS=${B:-build}/tests/lib
B=${PLAIN:-build}
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
for tool in sqlite3 jq; do
	command -v "$tool" >/dev/null 2>&1 || skip_all "$tool is not installed"
done

init_central conf/casetypes
printf '[central]\nsnapshot_cases = 2\n' >"$C/conf/own.conf"
serve_central
join() { # ID ROLES
	add_officer "$1" "$2" bygg
	mkdir -p "$(home_of "$1")"
	printf 'key.cost = interactive\n' >"$(home_of "$1")/sluss.conf"
	enrol "$1" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
}
did_it() { "$@" >"$T/out" 2>"$T/err" </dev/null || bail "$*: $(cat "$T/err")"; }
note() { # WORDS: signed, and taken
	echo "$1" >"$T/words"
	exits "the note \"$1\" is taken" 0 sluss anna note "$no" "$T/words" --wait
	rm "$T/words"
}
works() { # NAME: the home of anna
	exits "$1: it syncs" 0 sluss anna sync
	exits "its cases are listed" 0 sluss anna list
	exits "the case is shown" 0 sluss anna show "$no"
	exits "its chain holds" 0 sluss anna verify "$no" --wait
	exits "the outbox can be read" 0 sluss anna outbox --json
	is "and all in it is answered" "$(sqlite3 "$(home_of anna)/outbox.db" "SELECT count(*) FROM item WHERE verdict = 0")" 0
	is "nothing lies aside" "$([ -e "$(home_of anna)/cache.new" ] && echo cache.new)" ""
}

join anna officer
join rosa registrar
for i in 1 2 3 4; do no=$(apply BYGGLOV_TILLBYGGNAD "r-$i" "Altan $i"); done
did_it sluss anna sync
did_it sluss anna claim "$no" --wait
note kanarieord
did_it "$CENTRAL" backup "$C" "$T/backup"
note efteråt
did_it sluss rosa sync
n=$(sqlite3 "$C/central.db" "SELECT n FROM log WHERE act = 'note.add' ORDER BY seq LIMIT 1")
exits "the first is erased after the backup" 0 sluss rosa erase "$no" "$n" --ground secret --reason "Fel uppgift" --yes --wait
works "erased"
is "and the words are gone from the home" "$(found "$(home_of anna)" kanarieord)" ""

# --- Put back to before -----------------------------------------------------------------
put_back() { # the central of the backup, in a new epoch
	address=$(central_address)
	stop_central
	exits "the backup is restored" 0 "$CENTRAL" restore "$T/backup" "$C"
	rm -f "$C"/central.db.before-*
	: >"$T/served" # what the one before said counts no more
	"$CENTRAL" serve "$C" --listen "$address" --accept-restore >"$T/served" 2>&1 &
	CENTRAL_PID=$!
	pids="$pids $CENTRAL_PID"
	until grep -q '^listening' "$T/served"; do kill -0 "$CENTRAL_PID" || bail "the restored central: $(cat "$T/served")"; done
}
# What the decision was signed upon is lost, but not what it names.
decided_still() {
	did_it sluss rosa sync --wait=20
	exits "the decision stands again, and nobody is asked" 0 sluss rosa outbox --json
	is "as it was signed" "$(jq -r '[.items[] | .act + " " + .verdict] | unique[]' "$T/out")" "erasure.propose merged"
	is "no word is left at the central" "$(found "$C" kanarieord)" ""
}
put_back
like "and names what was erased" "$(cat "$T/out")" "case $no, entry $n"
is "which the central has erased again before anybody asks" "$(found "$C" kanarieord)" ""
works "restored"
note "efter återställningen"
decided_still
works "the decision is there again"
is "nor in the home" "$(found "$(home_of anna)" kanarieord)" ""

# --- With a copy that was lost, and one that lies aside ------------------------------------
put_back
rm -f "$(home_of anna)"/cache.db*
works "restored once more, the copy lost"
did_it "$CENTRAL" snapshot "$C" --scope bygg
put_back
rm -f "$(home_of anna)"/cache.db*
echo "cut short" >"$(home_of anna)/cache.new"
works "a load that was cut short and cannot be read"
decided_still

# --- With nothing but the backup -------------------------------------------------------------
address=$(central_address)
stop_central
rm -f "$C"/central.db*
exits "the backup is restored where the database is lost" 0 "$CENTRAL" restore "$T/backup" "$C"
: >"$T/served"
"$CENTRAL" serve "$C" --listen "$address" --accept-restore >"$T/served" 2>&1 &
CENTRAL_PID=$!
pids="$pids $CENTRAL_PID"
until grep -q '^listening' "$T/served"; do kill -0 "$CENTRAL_PID" || bail "the restored central: $(cat "$T/served")"; done
is "nothing tells the central of it" "$([ -n "$(found "$C" kanarieord)" ] && echo there)" there
works "restored, and not erased again yet"
decided_still
works "and erased for good"
is "no word is left anywhere" "$(found "$C" kanarieord)$(found "$(home_of anna)" kanarieord)" ""
is "each note stands once" "$(sqlite3 "$C/central.db" "SELECT count(*) || ' ' || count(DISTINCT iid) FROM log WHERE act = 'note.add'")" "3 3"
exits "the books hold" 0 "$CENTRAL" verify "$C"
finish
