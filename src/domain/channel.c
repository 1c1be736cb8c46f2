/* SPDX-License-Identifier: EUPL-1.2 */
#include "domain/channel.h"

#include <string.h>

#include "base/i18n.h"

#include "base/banned.h"

static const struct channel channels[] = {
	{ "e-service", N_("e-tjänst"), "e-service" },
	{ "e-mail", N_("e-post"), "e-mail" },
	{ "letter", N_("brev"), "letter" },
	{ "phone", N_("telefon"), "telephone" },
	{ "visit", N_("besök"), "visit" },
	{ "digital-mail", N_("digital post"), "digital mail" },
	{ "status-page", N_("statussidan"), "the status page" },
	{ "import", N_("importerat"), "imported" },
};
enum { CHANNELS = sizeof(channels) / sizeof(channels[0]) };

const struct channel *channel_at(size_t i)
{
	return i < CHANNELS ? &channels[i] : NULL;
}

const struct channel *channel_find(const char *code)
{
	for (size_t i = 0; i < CHANNELS; i++)
		if (strcmp(channels[i].code, code) == 0)
			return &channels[i];
	return NULL;
}
