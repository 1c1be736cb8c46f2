/* SPDX-License-Identifier: EUPL-1.2 */
#include "sim/checks.h"

#include "sim/drive.h"

#include "base/banned.h"

static const struct check checks[] = {
	{ "I1", "an intent that was accepted or merged stands once in the log", AT_END,
	  check_once },
	{ "I2", "every durable signed envelope gets a final verdict, or was withdrawn unoffered",
	  AT_END, check_no_loss },
	{ "I3", "of one device and case, the order of the log is the order of signing", AT_END,
	  check_order },
	{ "I4", "an acknowledgement says that an entry stands if and only if it does", AT_END,
	  check_truth },
	{ "I5", "nothing forged or swapped is believed", AT_STEP | AT_END, check_believed },
	{ "I6", "the feed is dense: 1 to the head, no gap, nothing twice", AT_END, check_feed },
	{ "I7", "a cursor never runs ahead of the rows that it stands for",
	  AT_STEP | AT_BOOT | AT_END, check_cursors },
	{ "I8", "no copy shows a strict part of one transaction of the central", AT_STEP | AT_END,
	  check_whole },
	{ "I8", "no page has a strict part of one transaction of the central", AT_REPLY,
	  check_page_whole },
	{ "I9", "no answer has a word of a case beyond the officer's rights", AT_REPLY,
	  check_replies },
	{ "I9", "no file of a device keeps a word of a case that the officer may not see", AT_END,
	  check_files },
	{ "I10", "at rest a copy is what the central has, and what is seen is the copy", AT_END,
	  check_converged },
	{ "I10", "what a copy has of a chain is the log's, and all of it where the case is its own",
	  AT_END, check_histories },
	{ "I11", "every chain and signature verifies", AT_END, check_verifies },
	{ "I12", "a refusal is before the officer's eyes until he has seen to it", AT_STEP | AT_END,
	  check_told },
	{ "I12", "what stands was not put over what its class may not be put over", AT_END,
	  check_no_silence },
	{ "I13", "judged again from chain and rights, a verdict is the same", AT_END,
	  check_verdicts },
	{ "I15", "no more than five requests in ten seconds at one cursor", AT_SEND, check_calm },
	{ "I16", "an envelope leaves with the bytes that were signed", AT_SEND, check_sent_bytes },
	{ "I16", "outbox and central keep the bytes that were signed", AT_END, check_kept_bytes },
	{ "shown", "what was signed is seen until the base has it", AT_STEP, check_shown },
	{ "erased", "what was decided to be erased is gone, its words from every file", AT_END,
	  check_erased },
	{ "erased", "no answer has a word that was erased", AT_REPLY, check_erased_unsaid },
	{ "watch", "at rest a device shows each watch that it set last", AT_END, check_watches },
	{ "pre", "what stands does not build on what does not", AT_END, check_dependence },
};

const struct check *check_at(size_t i)
{
	return i < sizeof(checks) / sizeof(checks[0]) ? &checks[i] : NULL;
}

static bool newly_written(struct device *d)
{
	char folder[FOLDER_TEXT];
	int64_t writes, before = d->checked;

	stage_folder(folder, d->index);
	writes = drive_writes(folder);
	d->checked = writes;
	return writes != before;
}

void checks_run(struct world *w, enum when when, struct device *d, const struct message *m)
{
	const struct moment now = { w, when, d, m };

	/* Nothing was written to its files since they were looked at last. */
	if (when == AT_STEP && !newly_written(d))
		return;
	for (size_t i = 0; check_at(i) && !w->result->violated; i++)
		if (check_at(i)->when & when)
			check_at(i)->check(&now);
}

void for_devices(const struct moment *m, void (*check)(struct device *d))
{
	if (m->d)
		check(m->d);
	for (int i = 0; !m->d && i < m->w->device_count; i++)
		check(&m->w->device[i]);
}
