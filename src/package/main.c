/* SPDX-License-Identifier: EUPL-1.2 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "package/judge.h"
#include "sign/hash.h"
#include "wire/json.h"

#include "base/banned.h"

enum { EXIT_HOLDS = 0, EXIT_OTHER = 1, EXIT_USAGE = 2, EXIT_FAULT = 10 };

static const char usage_text[] =
	N_("Användning: sluss-verify [--json] [--key FINGERAVTRYCK] PAKET.zip\n"
	   "\n"
	   "  sluss-verify BN-2026-1042.zip\n"
	   "  sluss-verify --key 0123456789abcdef BN-2026-1042.zip\n"
	   "\n"
	   "Prövar ett arkivpaket utan nät: filernas kontrollsummor, ärendets kedja,\n"
	   "underskrifterna, handlingarna och postens plats i centralens logg.\n"
	   "\n"
	   "  -j, --json     svar för program, ett JSON-objekt\n"
	   "  -k, --key FP   tro bara på centralens nyckel med detta fingeravtryck\n"
	   "                 (16 hexadecimala siffror, som i en inbjudan)\n"
	   "  -q, --quiet    säg inget; slutkoden är svaret\n"
	   "      --help     denna text\n"
	   "      --version  version\n"
	   "\n"
	   "Slutkoder: 0 allt håller, 2 fel användning, 10 något håller inte eller\n"
	   "paketet kan inte läsas.\n");

struct wanted {
	bool json, quiet;
	const char *fingerprint;
	const char *path;
	int done; /* an exit code when there is nothing to judge, or -1 */
};

/* --- For people -------------------------------------------------------------- */

static void print_place(const struct finding *f)
{
	if (f->n > 0 && f->seq > 0)
		printf(_("ärende %s post %lld (logg %lld): "), f->case_id, (long long)f->n,
		       (long long)f->seq);
	else if (f->n > 0)
		printf(_("ärende %s post %lld: "), f->case_id, (long long)f->n);
}

static void print_finding(void *ctx, const struct finding *f)
{
	static const char *const heads[] = { [FINDING_HOLDS] = N_("håller"),
					     [FINDING_NOTE] = N_("obs"),
					     [FINDING_FAULT] = N_("FEL") };

	(void)ctx;
	printf("%s: ", _(heads[f->kind]));
	if (f->member[0])
		printf("%s: ", f->member);
	print_place(f);
	printf("%s", _(f->sentence));
	if (f->detail[0])
		printf(" (%s)", f->detail);
	printf(f->kind == FINDING_FAULT ? " [%s]\n" : "\n", f->code);
}

static void print_end(const struct judge_result *r)
{
	if (r->faults)
		printf(_("Paketet håller INTE: %lld fel.\n"), (long long)r->faults);
	else
		printf(_("Paketet håller: %s, %d poster, %d underskrifter, %d handlingar.\n"),
		       r->diary_no[0] ? r->diary_no : r->case_id, r->entries, r->signatures,
		       r->documents);
}

/* --- For programs ------------------------------------------------------------- */

static void json_finding(void *ctx, const struct finding *f)
{
	static const char *const kinds[] = { "holds", "note", "fault" };
	struct jsonw *w = ctx;

	jsonw_map(w);
	jsonw_kv(w, "kind", kinds[f->kind]);
	jsonw_kv(w, "code", f->code);
	if (f->member[0])
		jsonw_kv(w, "member", f->member);
	if (f->n > 0) {
		jsonw_kv(w, "case_id", f->case_id);
		jsonw_kv_int(w, "n", f->n);
		jsonw_kv_int(w, "seq", f->seq);
	}
	if (f->detail[0])
		jsonw_kv(w, "detail", f->detail);
	jsonw_end_map(w);
}

static void json_result(struct jsonw *w, const struct judge_result *r)
{
	jsonw_kv(w, "case_id", r->case_id);
	jsonw_kv(w, "diary_no", r->diary_no);
	jsonw_kv(w, "central_key", r->fingerprint);
	jsonw_kv_int(w, "files", r->files);
	jsonw_kv_int(w, "entries", r->entries);
	jsonw_kv_int(w, "erased", r->erased);
	jsonw_kv_int(w, "signatures", r->signatures);
	jsonw_kv_int(w, "documents", r->documents);
	jsonw_kv_int(w, "faults", r->faults);
}

static void nothing(void *ctx, const struct finding *f)
{
	(void)ctx;
	(void)f;
}

/* --- The run ------------------------------------------------------------------- */

static enum status judge_json_out(const struct wanted *w, struct judge_result *r, struct err *why)
{
	struct strbuf out = STRBUF_INIT;
	struct jsonw json;
	struct judge_sink sink = { json_finding, &json };
	enum status st;

	jsonw_init(&json, &out);
	jsonw_map(&json);
	jsonw_kv(&json, "schema", "sluss.verify-package/1");
	jsonw_key(&json, "findings");
	jsonw_list(&json);
	st = judge_package(r, w->path, w->fingerprint, &sink, why);
	jsonw_end_list(&json);
	if (st == ST_OK)
		json_result(&json, r);
	else {
		jsonw_kv(&json, "code", why->code);
		jsonw_kv(&json, "error", why->text);
	}
	jsonw_kv_bool(&json, "holds", st == ST_OK && r->faults == 0);
	jsonw_end_map(&json);
	printf("%s\n", strbuf_cstr(&out));
	strbuf_release(&out);
	return st;
}

static enum status judge_text_out(const struct wanted *w, struct judge_result *r, struct err *why)
{
	struct judge_sink sink = { w->quiet ? nothing : print_finding, NULL };
	enum status st = judge_package(r, w->path, w->fingerprint, &sink, why);

	if (st == ST_OK && !w->quiet)
		print_end(r);
	return st;
}

static bool fingerprint_fits(const char *s)
{
	return strlen(s) == FINGERPRINT_TEXT - 1
	       && strspn(s, "0123456789abcdef") == FINGERPRINT_TEXT - 1;
}

static struct wanted usage_error(const char *what)
{
	fprintf(stderr, "sluss-verify: %s\n%s", what, _("Se: sluss-verify --help\n"));
	return (struct wanted){ .done = EXIT_USAGE };
}

static struct wanted read_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },    { "key", required_argument, NULL, 'k' },
		{ "quiet", no_argument, NULL, 'q' },   { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 }
	};
	struct wanted w = { .done = -1 };

	for (int c; (c = getopt_long(argc, argv, "jk:qh", longs, NULL)) != -1;) {
		switch (c) {
		case 'j':
			w.json = true;
			break;
		case 'k':
			w.fingerprint = optarg;
			break;
		case 'q':
			w.quiet = true;
			break;
		case 'h':
			printf("%s", _(usage_text));
			return (struct wanted){ .done = EXIT_HOLDS };
		case 'V':
			printf("sluss-verify %s\n", SLUSS_VERSION);
			return (struct wanted){ .done = EXIT_HOLDS };
		default:
			return usage_error(_("okänd växel"));
		}
	}
	if (w.fingerprint && !fingerprint_fits(w.fingerprint))
		return usage_error(_("ett fingeravtryck är 16 hexadecimala siffror"));
	if (argc - optind != 1)
		return usage_error(_("ange ett paket"));
	w.path = argv[optind];
	return w;
}

/* The translations lie beside the program in its build folder, else where
 * it was installed. */
static void find_texts(void)
{
	char path[512];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof("/locale"));
	char *slash;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		memcpy(slash, "/locale", sizeof("/locale"));
	bindtextdomain("sluss",
		       slash && access(path, R_OK) == 0 ? path : SLUSS_PREFIX "/share/locale");
}

/* English is asked for by the locale; gettext translates nothing in the plain
 * locale C, which is what an English one becomes where it is not installed. */
static void start_language(void)
{
	const char *all = getenv("LC_ALL");
	const char *lang = all && *all ? all : getenv("LANG");

	if (!setlocale(LC_ALL, ""))
		setlocale(LC_ALL, "C.UTF-8");
	if (lang && strncmp(lang, "en", 2) == 0)
		setenv("LANGUAGE", "en", 0);
	find_texts();
	bind_textdomain_codeset("sluss", "UTF-8");
	textdomain("sluss");
}

int main(int argc, char **argv)
{
	struct err why = ERR_INIT;
	struct judge_result r;
	struct wanted w;
	enum status st;

	start_language();
	w = read_options(argc, argv);
	if (w.done >= 0)
		return w.done;
	st = sign_start(&why);
	if (st == ST_OK)
		st = w.json ? judge_json_out(&w, &r, &why) : judge_text_out(&w, &r, &why);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "sluss-verify: %s\n", _("svaret kunde inte skrivas"));
		return EXIT_OTHER;
	}
	if (st != ST_OK) {
		fprintf(stderr, "sluss-verify: %s [%s]\n", why.text, why.code);
		return st == ST_BROKEN ? EXIT_OTHER : EXIT_FAULT;
	}
	return r.faults ? EXIT_FAULT : EXIT_HOLDS;
}
