/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of routing. First byte: 0 the progress of a fax as the store has it, which must read back
 * as it was written; else, divided by line ends, rules "key=value", then a number and a pattern
 * for the name of a file.
 */
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "route/progress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void progress(const char *text)
{
	struct fx_progress p = {0}, q = {0};
	fx_auto char *once = NULL, *twice = NULL;

	if (fx_progress_read(text, &p)) {
		return;
	}
	once = fx_progress_write(&p);
	FX_ASSERT(once && !fx_progress_read(once, &q));
	twice = fx_progress_write(&q);
	FX_ASSERT(twice && !strcmp(once, twice));
	fx_progress_fini(&p);
	fx_progress_fini(&q);
}

static void rules(char *text)
{
	struct fx_route_rules r = {0};
	struct fx_route_facts facts = {.device_id = 1};
	struct fx_route_name name = {.id = 1, .pages = 1, .date = "d", .time = "t"};
	char out[FX_ROUTE_NAME_SIZE];
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		char *value = strchr(line, '=');

		if (value) {
			*value++ = '\0';
			if (fx_route_rules_set(&r, "r", line, value, NULL)) {
				continue;
			}
		}
		facts.to = facts.from = facts.tsid = line;
		name.to = name.from = name.tsid = line;
		(void)fx_route_rules_find(&r, &facts);
		if (!fx_route_file_name(line, &name, out, NULL)) {
			FX_ASSERT(*out && *out != '.' && !strchr(out, '/'));
			FX_ASSERT(strlen(out) + 20 < sizeof(out));
		}
	}
	fx_route_rules_fini(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fx_auto char *text = size && size < 65536 ? fx_zalloc(size) : NULL;

	if (!text) {
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	if (data[0] == 0) {
		progress(text);
	} else {
		rules(text);
	}
	return 0;
}
