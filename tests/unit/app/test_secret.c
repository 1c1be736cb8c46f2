/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/secret.h"
#include "base/clock.h"
#include "sign/hash.h"

#include "base/banned.h"

/* The reading end of a pipe that holds `text` and nothing more. */
static int pipe_with(const char *text, size_t n)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], text, n), (ssize_t)n);
	close(fd[1]);
	return fd[0];
}

static void a_line_is_read_and_the_next_is_left(void **state)
{
	struct secret s = SECRET_INIT;
	int fd = pipe_with("kanin plog\r\nsegel\n", 18);

	(void)state;
	assert_int_equal(secret_read_fd(&s, fd, NULL), ST_OK);
	assert_true(str_eq(secret_str(&s), "kanin plog"));
	assert_int_equal(secret_read_fd(&s, fd, NULL), ST_OK);
	assert_true(str_eq(secret_str(&s), "segel"));
	secret_release(&s);
	close(fd);
}

static void the_last_line_needs_no_end(void **state)
{
	struct secret s = SECRET_INIT;
	int fd = pipe_with("kanin", 5);

	(void)state;
	assert_int_equal(secret_read_fd(&s, fd, NULL), ST_OK);
	assert_true(str_eq(secret_str(&s), "kanin"));
	secret_release(&s);
	close(fd);
}

static void nothing_is_no_secret(void **state)
{
	struct secret s = SECRET_INIT;
	struct err why = ERR_INIT;
	int fd = pipe_with("\n", 1);

	(void)state;
	assert_int_equal(secret_read_fd(&s, fd, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "secret-empty");
	secret_release(&s);
	close(fd);
}

static void a_secret_has_a_ceiling(void **state)
{
	char text[SECRET_BYTES + 2];
	struct secret s = SECRET_INIT;
	struct err why = ERR_INIT;
	int fd;

	(void)state;
	memset(text, 'a', sizeof(text));
	fd = pipe_with(text, SECRET_BYTES);
	assert_int_equal(secret_read_fd(&s, fd, NULL), ST_OK);
	assert_int_equal(secret_str(&s).n, SECRET_BYTES);
	close(fd);
	fd = pipe_with(text, SECRET_BYTES + 1);
	assert_int_equal(secret_read_fd(&s, fd, &why), ST_BAD_INPUT);
	assert_string_equal(why.code, "secret-long");
	close(fd);
	secret_release(&s);
}

static void a_descriptor_that_is_closed_is_told(void **state)
{
	struct secret s = SECRET_INIT;
	struct err why = ERR_INIT;

	(void)state;
	assert_int_equal(secret_read_fd(&s, 991, &why), ST_BROKEN);
	assert_string_equal(why.code, "secret-read");
	secret_release(&s);
}

static void a_proposed_passphrase_is_six_words_for_any_keyboard(void **state)
{
	struct rng_seeded seed;
	struct rng rng = rng_from_seed(&seed, 7);
	struct secret s = SECRET_INIT;

	(void)state;
	for (int round = 0; round < 200; round++) {
		int blanks = 0;

		assert_int_equal(secret_make_words(&s, &rng, NULL), ST_OK);
		for (size_t i = 0; i < s.n; i++) {
			assert_true(s.p[i] == ' ' || (s.p[i] >= 'a' && s.p[i] <= 'z'));
			blanks += s.p[i] == ' ';
		}
		assert_int_equal(blanks, 5);
		assert_true(s.n >= 20 && s.n <= 65);
	}
	secret_release(&s);
}

static int start(void **state)
{
	(void)state;
	return sign_start(NULL) == ST_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_and_the_next_is_left),
		cmocka_unit_test(the_last_line_needs_no_end),
		cmocka_unit_test(nothing_is_no_secret),
		cmocka_unit_test(a_secret_has_a_ceiling),
		cmocka_unit_test(a_descriptor_that_is_closed_is_told),
		cmocka_unit_test(a_proposed_passphrase_is_six_words_for_any_keyboard),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
