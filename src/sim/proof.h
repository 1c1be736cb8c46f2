/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proof - a memory of signatures that were found good, for speed alone.
 *
 * Place:    between src/sign and libsodium, in the simulator's program only.
 * Promise:  says good only for a key, a signature and bytes that libsodium
 *           itself called good in this process; all else is asked of it.
 * Owner:    the table lives as long as the process. Errors: as libsodium.
 */
#ifndef SIM_PROOF_H
#define SIM_PROOF_H

int __wrap_crypto_sign_verify_detached(const unsigned char *sig, const unsigned char *m,
				       unsigned long long n, const unsigned char *pk);

#endif
