/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/json.h
 * Results of the API as JSON, made of one table of fields per structure.
 * Keys are lower case with underscores; instants are ISO 8601 with zone, null
 * when unset; sizes, rates and durations carry their unit in the key.
 * Thread: any.
 */
#ifndef FX_CLI_JSON_H
#define FX_CLI_JSON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/error.h"

enum fx_field_kind {
	FX_FIELD_TEXT, /**< const char * */
	FX_FIELD_U32,
	FX_FIELD_U64,
	FX_FIELD_I64,
	FX_FIELD_BOOL, /**< BOOL */
	FX_FIELD_TIME, /**< int64_t, Unix seconds */
	FX_FIELD_NAME, /**< uint32_t, through name() */
};
struct fx_field {
	const char *key;
	enum fx_field_kind kind;
	size_t offset;
	const char *(*name)(uint32_t value);
};

extern const struct fx_field fx_fields_port[];    /**< FAX_PORT_INFOA */
extern const struct fx_field fx_fields_status[];  /**< CASELLI_PORT_STATUS */
extern const struct fx_field fx_fields_job[];     /**< CASELLI_JOB */
extern const struct fx_field fx_fields_attempt[]; /**< CASELLI_ATTEMPT */
extern const struct fx_field fx_fields_message[]; /**< CASELLI_MESSAGE */
extern const struct fx_field fx_fields_account[]; /**< CASELLI_ACCOUNT */
extern const struct fx_field fx_fields_health[];  /**< CASELLI_HEALTH */

struct fx_json; /**< a JSON value being built; aborts the program when out of memory */
struct fx_json *fx_json_object(void);
struct fx_json *fx_json_list(void);
struct fx_json *fx_json_text(const char *text);
/** Object of a structure's fields. */
struct fx_json *fx_json_of(const struct fx_field *fields, const void *structure);
/** List of n structures of `size` bytes each. */
struct fx_json *fx_json_of_all(const struct fx_field *fields, const void *first, size_t n,
			       size_t size);
void fx_json_add(struct fx_json *list, struct fx_json *take_value);
void fx_json_set(struct fx_json *object, const char *key, struct fx_json *take_value);
void fx_json_set_text(struct fx_json *object, const char *key, const char *text);
void fx_json_set_int(struct fx_json *object, const char *key, int64_t n);
void fx_json_set_bool(struct fx_json *object, const char *key, bool on);
/** Print, newline after it, and free. Indented, or on one line. */
void fx_json_print(struct fx_json *take_value, FILE *f, bool one_line);

/* Words for the numbers of the API, for tables and JSON alike. */
const char *fx_word_fps(uint32_t fps);          /**< "Sending" */
const char *fx_word_job_type(uint32_t type);    /**< "send" */
const char *fx_word_resolution(uint32_t lines); /**< "fine"; "" = not known */
const char *fx_word_priority(uint32_t p);
const char *fx_word_quality(uint32_t q);
const char *fx_word_schedule(uint32_t action);
const char *fx_word_queue_status(uint32_t js); /**< "pending", "in_progress", "paused" */
const char *fx_word_password(uint32_t state);  /**< "set", "disabled" */
const char *fx_word_level(uint32_t level);     /**< health: "good" */

#endif
