// SPDX-License-Identifier: EUPL-1.2
// Makes jose.json: keys, thumbprints (RFC 7638) and compact JWS (RFC 7515,
// RFC 9864) by the library jose, which shares nothing with Sluss.
//   npm install jose@6.2.18 && node make_jose.mjs >jose.json
import { createHash, createPrivateKey } from "node:crypto";
import { calculateJwkThumbprint, CompactSign, compactVerify, importJWK } from "jose";

const seeds = ["one", "two", "three"].map((s) => createHash("sha256").update(`sluss vector ${s}`).digest());
const payloads = [
	'{"v":1,"text":"Ärendet är öppet"}',
	"{}",
	'{"v":1,"text":"' + "å".repeat(300) + '"}',
	'{"v":1,"text":"\u2028 \u{1F4C1} \\u0007"}',
];
const utf8 = new TextEncoder();

async function key(seed) {
	const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
	const jwk = createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "jwk" });
	const pub = { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
	return { seed: seed.toString("hex"), jwk, pub, kid: await calculateJwkThumbprint(pub) };
}

async function sign(k, header, payload) {
	const alg = header.alg;
	return new CompactSign(utf8.encode(payload)).setProtectedHeader(header).sign(await importJWK(k.jwk, alg));
}

const keys = [];
const good = [];
const refused = [];
for (const seed of seeds) {
	const k = await key(seed);
	keys.push({ seed: k.seed, x: k.pub.x, kid: k.kid });
	for (const payload of payloads) {
		const jws = await sign(k, { alg: "Ed25519", typ: "sluss-action+jws", kid: k.kid }, payload);
		await compactVerify(jws, await importJWK(k.pub, "Ed25519"));
		good.push({
			key: keys.length - 1,
			typ: "sluss-action+jws",
			payload,
			jws,
			ah: createHash("sha256").update(jws.slice(0, jws.lastIndexOf("."))).digest("hex"),
		});
	}
	const others = {
		"the older name of the algorithm": { alg: "EdDSA", typ: "sluss-action+jws", kid: k.kid },
		"a key in the header": { alg: "Ed25519", typ: "sluss-action+jws", kid: k.kid, jwk: k.pub },
		"members in another order": { typ: "sluss-action+jws", alg: "Ed25519", kid: k.kid },
		"another typ": { alg: "Ed25519", typ: "sluss-login+jws", kid: k.kid },
		"no kid": { alg: "Ed25519", typ: "sluss-action+jws" },
		"another kid": { alg: "Ed25519", typ: "sluss-action+jws", kid: k.kid.slice(1) + "A" },
	};
	for (const [what, header] of Object.entries(others))
		refused.push({ key: keys.length - 1, what, jws: await sign(k, header, payloads[0]) });
}
console.log(JSON.stringify({ by: "jose 6.2.18, Node.js", keys, good, refused }, null, 1));
