/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fei.h"

#include "base/error.h"

static const struct {
	enum fx_fei fei;
	const char *id;
	uint32_t fps;
} events[] = {
#define X(name, value, id, fps) {FX_FEI_##name, id, fps},
	FX_FEI_TABLE(X)
#undef X
};

const char *fx_fei_str(enum fx_fei e)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(events); i++) {
		if (events[i].fei == e) {
			return events[i].id;
		}
	}
	return "unknown";
}

enum fx_fei fx_fei_from_fps(uint32_t fps)
{
	for (size_t i = 0; fps && i < FX_ARRAY_LEN(events); i++) {
		if (events[i].fps == fps) {
			return events[i].fei;
		}
	}
	return FX_FEI_NONE;
}
