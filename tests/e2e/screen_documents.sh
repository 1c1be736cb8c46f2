#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Documents of a case over a network that delays and loses: fetched in parts
# with progress, stopped, gone on with; read in the terminal and opened by
# another program; refused when they were changed; read again offline.
set -u
TOOLS=${B:-build}/tests/lib
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"
command -v sqlite3 >/dev/null 2>&1 || skip_all "sqlite3 is not installed"

# shellcheck disable=SC2119
start_central
add_officer britt.a officer,decider bygg
: >"$T/rules"
mkfifo "$T/proxy.fifo"
"$TOOLS/proxy" --upstream "$(central_address)" --rules "$T/rules" >"$T/proxy.fifo" &
pids="$pids $!"
exec 8<"$T/proxy.fifo"
read -r line <&8
enrol britt.a "" "${line#listening on }" >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"

# --- A case with all sorts of documents ---------------------------------------------

cat >"$T/viewer" <<EOF
#!/bin/sh
printf '%s|' "\$#" "\$@" >>"$T/viewed"
stat -c '%a' "\$2" >>"$T/viewed"
EOF
chmod +x "$T/viewer"
printf 'documents.open = "%s --show %%f"\n' "$T/viewer" >>"$(home_of britt.a)/sluss.conf"
yes 'En lång handling, rad för rad.' | head -c 214000 >"$T/long"
pdf='%PDF-1.4 ritning'
page='<html><body><p>Hej<script>1</script></p></body></html>'
jq -n --rawfile long "$T/long" --arg pdf "$pdf" --arg page "$page" '{title: "Carport",
	party: {name: "Åkesson, Britt"}, documents: [
	{name: "lång.txt", mt: "text/plain", data_b64: ($long | @base64)},
	{name: "; rm -rf $HOME.sh", mt: "application/pdf", data_b64: ($pdf | @base64)},
	{name: "\u202egpj.foto\u202c.exe", mt: "image/jpeg", data_b64: "f0VMRgIBAQ=="},
	{name: "sida.html", mt: "text/html", data_b64: ($page | @base64)},
	{name: "bytt.txt", mt: "text/plain", data_b64: ("Den riktiga texten" | @base64)}]}' >"$T/application"
curl -sS --fail-with-body -H 'Content-Type: application/json' -H "Idempotency-Key: d-1" \
	--data-binary "@$T/application" "$URL/v1/intake/BYGGLOV_TILLBYGGNAD" >"$T/intake.json" ||
	bail "intake: $(cat "$T/intake.json")"
one=$(jq -r .diary_no "$T/intake.json")
case=$(jq -r .case_id "$T/intake.json")
sluss britt.a sync >"$T/out" 2>&1 || bail "sync: $(cat "$T/out")"

# --- The script is fed as the proxy tells what it sees ---------------------------------

rule() { # the rule for documents; none: everything passes
	if [ $# = 0 ]; then : >"$T/rules.new"; else echo "GET /v1/cases/$case/documents $*" >"$T/rules.new"; fi
	mv "$T/rules.new" "$T/rules"
}
seen() { # until the proxy has told of a document's part
	while read -r what _ path _ <&8; do
		case "$what $path" in "$1 /v1/cases/$case/documents"*) return 0 ;; esac
	done
}
open_case() { # and its documents
	unlock_script
	cat <<-EOF
		wait $one
		type :öppna $one
		key Enter
		wait [1 Översikt]
		key 3
		wait [3 Handlingar(6)]
	EOF
}
feed_documents() {
	open_case
	rule hold "$T/gate1"
	echo "key j"
	echo "cursor 6 0"
	echo "key Enter"
	seen held
	echo "expect Hämtar 214 kB, 0 %"
	rule hold "$T/gate2"
	: >"$T/gate1"
	seen held
	cat <<-EOF
		wait Hämtar 214 kB, 30 %
		# Typing is not held up by it.
		key j
		cursor 7 0
		key k
		cursor 6 0
		key Esc
		wait Hämtningen är stoppad
		expectnot Hämtar
	EOF
	# Once more, and now the line is lost behind the first part.
	rule hold "$T/gate3"
	echo "key Enter"
	seen held
	rule lose
	: >"$T/gate3"
	seen forwarded
	seen forwarded
	echo "wait fortsätter där det var"
	echo "expect Hämtar 214 kB, 30 %"
	rule
	cat <<-EOF
		wait En lång handling, rad för rad.
		wait lång.txt
		key v
		wait Öppnad: text
		key q
		wait [3 Handlingar
		key j
		key v
		wait Öppnad: pdf
		key Enter
		wait pdf läses inte här
		key j
		key Enter
		wait är ett program
		key j
		key v
		wait En webbsida utifrån öppnas inte
		key Enter
		wait Hej
		key q
		key Q
		waitexit 0
	EOF
}
feed_documents | screen britt.a
did "documents are fetched with progress, stopped, gone on with, read and opened" $?
is "what goes to the terminal is clean" "$("$TOOLS/rawcheck" "$RAW" 2>&1)" ""
is "the other program got two files, by no name of the sender's" \
	"$(sed "s#$(home_of britt.a)/run/[0-9]*-[0-9a-f]\{12\}#FILE#" "$T/viewed")" \
	"2|--show|FILE.txt|600
2|--show|FILE.pdf|600"
is "and they are gone" "$(find "$(home_of britt.a)/run" -type f | wc -l)" 0

# --- Changed at the central -------------------------------------------------------------

hash=$(printf 'Den riktiga texten' | sha256sum | cut -d' ' -f1)
sqlite3 -cmd ".timeout 5000" "$C/central.db" "UPDATE blob SET data = CAST('Den falska texten!' AS BLOB) WHERE h = '$hash'"
{
	open_case
	cat <<-EOF
		key End
		wait bytt.txt
		key Enter
		wait inte den som signerades
		expectnot falska
		key Q
		waitexit 0
	EOF
} | screen britt.a
did "a document that was changed at the central is refused in words" $?

# --- Offline ---------------------------------------------------------------------------

stop_central
cat >"$T/script" <<EOF
wait Lösenfras
type $PASSPHRASE
key Enter
wait OFFLINE
type :öppna $one
key Enter
wait [1 Översikt]
key 3
key j
wait Finns på den här datorn
key Enter
wait En lång handling, rad för rad.
key q
key End
key Enter
wait fortsätter där det var
key Esc
wait Hämtningen är stoppad
key Q
waitexit 0
EOF
screen britt.a --script "$T/script"
did "without a network what was fetched is read, and the rest is waited for" $?
finish
