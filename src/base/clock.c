/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/banned.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_wall(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_REALTIME);
}

static int64_t real_boot(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_BOOTTIME);
}

struct clock clock_real(void)
{
	return (struct clock){ real_wall, real_boot, NULL };
}

int64_t clock_wall(const struct clock *c)
{
	return c->wall_ms(c->ctx);
}

int64_t clock_boot(const struct clock *c)
{
	return c->boot_ms(c->ctx);
}

static void real_fill(void *ctx, void *p, size_t n)
{
	unsigned char *b = p;

	(void)ctx;
	while (n) {
		ssize_t got = getrandom(b, n, 0);

		if (got < 0) {
			if (errno == EINTR)
				continue;
			abort();
		}
		b += got;
		n -= (size_t)got;
	}
}

struct rng rng_real(void)
{
	return (struct rng){ real_fill, NULL };
}

void rng_fill(const struct rng *r, void *p, size_t n)
{
	r->fill(r->ctx, p, n);
}

uint64_t rng_below(const struct rng *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n;
	uint64_t x;

	do
		rng_fill(r, &x, sizeof(x));
	while (x >= limit);
	return x % n;
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static void seeded_fill(void *ctx, void *p, size_t n)
{
	struct rng_seeded *s = ctx;
	unsigned char *b = p;

	while (n) {
		uint64_t x = splitmix64(&s->state);
		size_t k = n < sizeof(x) ? n : sizeof(x);

		memcpy(b, &x, k);
		b += k;
		n -= k;
	}
}

struct rng rng_from_seed(struct rng_seeded *s, uint64_t seed)
{
	s->state = seed;
	return (struct rng){ seeded_fill, s };
}
