/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/loop/settings.h
 * Settings of the loop-back exchange, and the options that a dialled number may
 * carry ("102;busy", "102;loss_percent=1;cut_after_s=20"). One table has them all.
 * Values; thread: any.
 */
#ifndef FX_LOOP_SETTINGS_H
#define FX_LOOP_SETTINGS_H

#include <stddef.h>
#include "core/call.h"

enum fx_loop_codec { FX_LOOP_ALAW, FX_LOOP_ULAW, FX_LOOP_LINEAR };

/** What happens to a call: defaults, then the called number's, then those dialled. */
struct fx_loop_opts {
	int64_t busy, no_answer, person, silence; /**< flags */
	int64_t answer_after_s;
	int64_t transport;      /**< 0 audio, 1 t38 */
	int64_t t38_pacing;     /**< 0 paced, 1 unpaced */
	int64_t t38_redundancy; /**< earlier packets repeated in each datagram */
	int64_t codec;          /**< enum fx_loop_codec */
	int64_t delay_ms, jitter_ms;
	int64_t cut_after_s;    /**< after the answer; 0 = never */
	int64_t seed;
	double noise_dbm0;      /**< -100 = none */
	double attenuation_db;
	double bit_error_rate;
	double loss_percent, reorder_percent, duplicate_percent;
};

/** `fault.NUMBER = options` or `socket.NAME = path`. */
struct fx_loop_pair {
	char *key, *value;
};

struct fx_loop_settings {
	int64_t ports;
	int64_t ring_delay_ms, ring_every_ms;
	char first_number[16];
	char name[32];
	struct fx_loop_opts call;
	struct fx_loop_pair *faults, *sockets;
	size_t n_faults, n_sockets;
};

enum fx_loop_kind { FX_KEY_INT, FX_KEY_REAL, FX_KEY_FLAG, FX_KEY_CHOICE, FX_KEY_TEXT };
/** One row per setting; `of_call` rows are options of a call as well. */
struct fx_loop_key {
	const char *key;
	enum fx_loop_kind kind;
	bool of_call;
	double min, max;
	const char *def;     /**< as written */
	const char *choices; /**< "audio|t38" */
	size_t offset, size; /**< in fx_loop_opts or fx_loop_settings; size of texts */
	const char *help;
};
extern const struct fx_loop_key fx_loop_keys[];
extern const size_t fx_loop_n_keys;

/** Defaults, then INI text (key = value lines). @return 0, FX_EINVAL (line and key in the
 * reason), FX_ENOMEM; *s needs fini in any case */
FX_MUST_CHECK int fx_loop_settings_parse(struct fx_loop_settings *s, const char *text,
					 struct fx_reason *reterr);
void fx_loop_settings_fini(struct fx_loop_settings *s);
/** Apply "a;b=1;c=x" to *o; keys may be cut at a '_' ("loss=1").  @return 0 or FX_EINVAL with the
 * reason; *o is then unspecified */
FX_MUST_CHECK int fx_loop_opts_parse(struct fx_loop_opts *o, const char *text,
				     struct fx_reason *reterr);
/** Options of a called number, NULL = none. Borrowed. */
const char *fx_loop_fault_of(const struct fx_loop_settings *s, const char *number);

#endif
