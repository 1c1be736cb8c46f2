/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/gen.h"

#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "cache/cases.h"
#include "domain/calendar.h"

#include "base/banned.h"

#define SPAN (3650LL * 24 * 3600 * 1000)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PICK(a) (a)[below(&x, COUNT(a))]

enum { A_TRANSACTION = 10000 };

static const char *const matters[] = { "Bygglov",
				       "Rivningslov",
				       "Marklov",
				       "Attefall",
				       "Strandskydd",
				       "Förhandsbesked",
				       "Serveringstillstånd",
				       "Markupplåtelse",
				       "Anmälan",
				       "Tillsyn",
				       "Överklagande",
				       "Klagomål" };
static const char *const things[] = { GEN_COMMON, "tillbyggnad", "fasadändring",
				      "plank",	  "altan",	 "värmepump" };
static const char *const street_heads[] = { "Ek",    "Björk", "Hamn",  "Kungs", "Drottning", "Skol",
					    "Kvarn", "Ängs",  "Sjö",   "Berg",	"Åkers",     "Lind",
					    "Rönn",  "Gård",  "Kyrko", "Strand" };
static const char *const street_tails[] = {
	"vägen", "gatan", "stigen", "backen", "gränd", "allén"
};
static const char *const first_names[] = { "Britt", "Per",  "Åsa",  "Östen", "Eva",    "Jan",
					   "Anna",  "Ulf",  "Sten", "Maria", "Linnéa", "Göran",
					   "Karin", "Lars", "Elin", "Ahmed", "Fatima", "Zoë" };
static const char *const name_heads[] = { "Åke",    "Öst",  "Lund", "Berg", "Sjö", "Zetter",
					  "Wallin", "Malm", "Dahl", "Ek",   "Hög", "Nord",
					  "Väster", "Ahl",  "Gran", "Holm" };
static const char *const name_tails[] = { "sson", "berg", "ström", "qvist", "man",  "lund",
					  "gren", "lind", "dahl",  "stedt", "vall", "blad" };
/* As one letter, as A with a ring upon it, and as the sign of the unit. */
static const char *const rings[] = { "\xC3\x85", "A\xCC\x8A", "\xE2\x84\xAB" };
static const char *const committees[] = { "BN", "MHN", "TN", "KS" };

/* splitmix64: the same stream of numbers for the same case, everywhere. */
static uint64_t next(uint64_t *x)
{
	uint64_t z = *x += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static size_t below(uint64_t *x, size_t n)
{
	return (size_t)(next(x) % n);
}

static void set_day(char out[DAY_TEXT], int64_t ms)
{
	int hour, minute;

	day_format(out, day_in_stockholm(ms, &hour, &minute));
}

static void set_texts(struct casefile *c, uint64_t *at, int64_t i)
{
	uint64_t x = *at;

	strbuf_clear(&c->title);
	strbuf_addf(&c->title, "%s, %s, %s%s %d", PICK(matters),
		    i % 100000 == 77 ? GEN_RARE : PICK(things), PICK(street_heads),
		    PICK(street_tails), 1 + (int)below(&x, 120));
	strbuf_clear(&c->party);
	if (i % 1000 < (int64_t)COUNT(rings))
		strbuf_addf(&c->party, "%sngström, %s", rings[i % 1000], PICK(first_names));
	else
		strbuf_addf(&c->party, "%s%s, %s", PICK(name_heads), PICK(name_tails),
			    PICK(first_names));
	*at = x;
}

/* Old cases are closed; of the newest tenth most are at work. */
static void set_state(struct casefile *c, uint64_t *x, bool old)
{
	static const enum case_state open[] = { CASE_REGISTERED, CASE_REGISTERED, CASE_OPEN,
						CASE_OPEN,	 CASE_OPEN,	  CASE_WAITING,
						CASE_PROPOSED,	 CASE_DECIDED };

	c->state = old ? (below(x, 4) ? CASE_ARCHIVED : CASE_CLOSED) : open[below(x, COUNT(open))];
	c->changed_at =
		c->received_at + (int64_t)below(x, 60) * 86400000 + (int64_t)below(x, 86400000);
	if (c->changed_at > GEN_NOW)
		c->changed_at = GEN_NOW - (int64_t)below(x, 86400000);
	c->closed_at = old ? c->changed_at : 0;
	set_day(c->due_on, c->received_at + (int64_t)(30 + below(x, 60)) * 86400000);
	snprintf(c->outcome, sizeof(c->outcome), "%s",
		 c->state < CASE_DECIDED ? ""
		 : below(x, 5)		 ? "bifall"
					 : "avslag");
	c->assignee[0] = '\0';
	if (c->state != CASE_REGISTERED)
		snprintf(c->assignee, sizeof(c->assignee), "h%04d",
			 1 + (int)below(x, GEN_OFFICERS));
}

void gen_case(struct casefile *c, uint64_t seed, int64_t i, int64_t total)
{
	uint64_t x = seed * 0x2545F4914F6CDD1Du + (uint64_t)i, hash;
	size_t queue = below(&x, GEN_QUEUES);
	char day[DAY_TEXT];

	c->received_at = GEN_NOW - SPAN + (int64_t)((double)SPAN * (double)i / (double)total);
	set_day(day, c->received_at);
	hash = next(&x);
	snprintf(c->id, sizeof(c->id), "%08x-%04x-7%03x-8%03x-%012llx",
		 (unsigned)(c->received_at >> 16), (unsigned)(c->received_at & 0xFFFF),
		 (unsigned)(hash & 0xFFF), (unsigned)((hash >> 12) & 0xFFF), (unsigned long long)i);
	snprintf(c->eh, sizeof(c->eh), "%016llx%016llx%016llx%016llx", (unsigned long long)hash,
		 (unsigned long long)next(&x), (unsigned long long)next(&x),
		 (unsigned long long)next(&x));
	snprintf(c->diary_no, sizeof(c->diary_no), "%s %.4s-%lld", PICK(committees), day,
		 (long long)i + 1);
	snprintf(c->type, sizeof(c->type), "BYGGLOV");
	snprintf(c->queue, sizeof(c->queue), "ko-%02d", 1 + (int)queue);
	snprintf(c->unit, sizeof(c->unit), "enhet-%02d", 1 + (int)queue % GEN_UNITS);
	snprintf(c->channel, sizeof(c->channel), "%s", below(&x, 3) ? "eservice" : "paper");
	c->type_version = 1;
	c->priority = below(&x, 20) ? 2 : 1;
	c->protection = below(&x, 50) ? PROTECT_NONE : PROTECT_SECRET;
	c->n = 1 + (int64_t)below(&x, 12);
	set_state(c, &x, i < total - total / 10);
	set_texts(c, &x, i);
}

static enum status put_some(struct db *cache, uint64_t seed, int64_t from, int64_t to,
			    int64_t total, struct err *why)
{
	const int64_t scope = GEN_SCOPE;
	struct casefile c = CASEFILE_INIT;
	enum status st = cache_begin(cache, why);

	for (int64_t i = from; i < to && st == ST_OK; i++) {
		gen_case(&c, seed, i, total);
		st = case_put(cache, &c, &scope, 1, why);
	}
	casefile_release(&c);
	if (st == ST_OK)
		return cache_commit(cache, why);
	cache_rollback(cache);
	return st;
}

enum status gen_fill(struct db *cache, uint64_t seed, int64_t total, struct err *why)
{
	struct sync_point point = { .epoch = "0198cccc-0000-7000-8000-000000000001",
				    .sv = 1,
				    .durable_through = total,
				    .applied_at = GEN_NOW };
	enum status st = ST_OK;

	for (int64_t i = 0; i < total && st == ST_OK; i += A_TRANSACTION)
		st = put_some(cache, seed, i, i + A_TRANSACTION < total ? i + A_TRANSACTION : total,
			      total, why);
	if (st == ST_OK)
		st = cursor_set(cache, GEN_SCOPE, total, why);
	if (st == ST_OK)
		st = cache_set_point(cache, &point, why);
	return st == ST_OK ? cache_touch(cache, why) : st;
}
