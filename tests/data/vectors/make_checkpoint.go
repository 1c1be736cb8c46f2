// SPDX-License-Identifier: EUPL-1.2

// Makes checkpoint.json: a C2SP tlog-checkpoint (a signed note), inclusion and
// consistency proofs (RFC 9162) by golang.org/x/mod/sumdb, from which the
// C2SP forms come, and which shares nothing with Sluss.
//
//	apt-get install golang-go golang-golang-x-mod-dev    (0.7.0)
//	GO111MODULE=off GOPATH=/usr/share/gocode go run make_checkpoint.go >checkpoint.json
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "sluss-0123456789abcdef"

type tree []tlog.Hash

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, (*t)[i])
	}
	return out, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hexes(p []tlog.Hash) []string {
	out := []string{}
	for _, h := range p {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

// The key in the form of note.NewSigner, made from a seed.
func signer(name, word string) (note.Signer, string, ed25519.PublicKey) {
	seed := sha256.Sum256([]byte("sluss vector " + word))
	pub := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	vkey := must(note.NewEd25519VerifierKey(name, pub))
	v := must(note.NewVerifier(vkey))
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, v.KeyHash(),
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...)))
	return must(note.NewSigner(skey)), hex.EncodeToString(seed[:]), pub
}

type m = map[string]any

func main() {
	var t tree
	var leaves, heads, inclusion, consistency []m
	roots := map[int64]tlog.Hash{}
	ours, seed, pub := signer(origin, "one")
	witness, _, _ := signer("witness.example", "two")
	stranger, _, _ := signer(origin, "three")

	sizes := []int64{1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33}
	for n := int64(0); n < 33; n++ {
		eh := sha256.Sum256([]byte(fmt.Sprintf("entry %d", n+1)))
		t = append(t, must(tlog.StoredHashes(n, eh[:], &t))...)
		leaves = append(leaves, m{"eh": hex.EncodeToString(eh[:])})
	}
	for _, size := range sizes {
		root := must(tlog.TreeHash(size, &t))
		roots[size] = root
		text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root[:]))
		one := must(note.Sign(&note.Note{Text: text}, ours))
		both := must(note.Sign(&note.Note{Text: text}, witness, ours))
		other := must(note.Sign(&note.Note{Text: text}, stranger))
		heads = append(heads, m{"size": size, "root": hex.EncodeToString(root[:]), "note": string(one),
			"with_witness": string(both), "by_a_stranger": string(other)})
		for i := int64(0); i < size; i++ {
			p := must(tlog.ProveRecord(size, i, &t))
			inclusion = append(inclusion, m{"size": size, "index": i, "path": hexes(p)})
		}
		for from := range roots {
			if from < size {
				p := must(tlog.ProveTree(size, from, &t))
				if err := tlog.CheckTree(p, size, root, from, roots[from]); err != nil {
					panic(err)
				}
			}
		}
		for _, from := range sizes {
			if from < size {
				p := must(tlog.ProveTree(size, from, &t))
				consistency = append(consistency, m{"from": from, "to": size, "path": hexes(p)})
			}
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(m{"by": "golang.org/x/mod 0.7.0 (sumdb/note, sumdb/tlog)", "origin": origin,
		"seed": seed, "x": base64.RawURLEncoding.EncodeToString(pub), "leaves": leaves, "heads": heads,
		"inclusion": inclusion, "consistency": consistency}); err != nil {
		panic(err)
	}
}
