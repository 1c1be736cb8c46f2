#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One case from the inbox to the archive, by keys alone: take, note, decide
# with the five facts of FL 31, read, sign, waive dispatch, close. Then the
# archive package is there and everything verifies without the program.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/lib/screen.sh
. "$(dirname "$0")/../lib/screen.sh"

start_central
add_officer britt.a officer,decider bygg
enrol britt.a >"$T/out" 2>&1 || bail "enrol: $(cat "$T/out")"
number=$(apply BYGGLOV_TILLBYGGNAD work-1 "Carport vid Ekvägen 4" "Åkesson, Britt")
digits=$(printf '%s' "$number" | grep -o '[0-9]*$' | tail -c 5)

{
	unlock_script
	cat <<-EOF
		wait Inkorg
		wait $number
		# Take it and read it.
		key Enter
		wait Carport vid Ekvägen 4
		wait Nästa steg
		key t
		wait handläggs
		# A note.
		key a
		wait Tjänsteanteckning
		type Ringt sökanden, som bekräftar måtten.
		key F8
		wait Klart: anteckna
		key 2
		wait Antecknade
		# A PIN, which the signature then asks for.
		key :
		type pin
		key Enter
		wait sparas ingenstans
		type $PASSPHRASE
		key Tab
		type 4821
		key Tab
		type 4821
		key F8
		wait PIN gäller tills
		# The decision: outcome, content, reasons.
		key b
		wait Kontroll före signering
		expect Kan inte signeras: välj utfall
		key F8
		wait välj utfall
		key 1 Tab
		type Bygglov beviljas för carporten.
		key Tab
		type Åtgärden följer detaljplanen. Grannarna har hörts.
		expect Kan inte signeras: förhandsgranska
		# The compulsory preview has the five facts, the reasons, and how to appeal.
		key F7
		wait FÖRHANDSGRANSKNING
		expect $number
		expect Bygglov beviljas
		key F8
		wait Bläddra till beslutets slut
		key End
		wait Beslutsfattare: Officer britt.a
		expect Föredragande: ingen
		expect Deltog i den slutliga handläggningen
		expect Så överklagar du
		# Enter never signs, and the wrong digits do not.
		key F8
		wait Signera beslut
		type x$digits
		key Tab
		type 4821
		key F8
		wait Siffrorna är inte
		key Enter
		expect Signera beslut
		key S-Tab
		key ^U
		type $digits
		key Enter
		expect Signera beslut
		# Nor does the wrong PIN.
		key ^U
		type 1111
		key F8
		wait Fel PIN, 2 försök kvar
		type 4821
		key F8
		wait är signerat och ligger i utkorgen
		wait beslutat
		# Not dispatched: that needs a ground.
		key W
		wait Skäl att inte expediera
		key F8
		expect Skäl att inte expediera
		type Sökanden fick beslutet på plats.
		key F8
		wait expedierat
		# Closing asks, and the default is to cancel.
		key x
		wait Avsluta ärendet
		key Enter
		expectnot arkiveras
		expect expedierat
		key x
		wait arkiveras
		key F8
		wait avslutat
		# The outbox: send now, and everything is answered.
		key g u
		wait UTKORG
		key F5
		wait utkorg 0
		waitnot VÄNTAR
		waitnot SÄNDS
		expect godtagen
		expectnot NEKAD
		key q
		wait arkiverat
		expect Arkiverat
		expectnot FEL
		key Q
		waitexit 0
	EOF
} >"$T/script"
screen britt.a --size 80x24 --script "$T/script"
did "a case goes from the inbox to the archive by keys alone" $?

packages=$(find "$C/archive" -name '*.zip' 2>/dev/null)
is "the archive folder holds one package" "$(printf '%s\n' "$packages" | grep -c .)" 1
exits "sluss-verify finds the package sound" 0 "$B/sluss-verify" "$packages"
exits "the workstation's own copy of the chain verifies" 0 sluss britt.a verify "$number"
stop_central
exits "the central verifies" 0 "$CENTRAL" verify "$C"
finish
