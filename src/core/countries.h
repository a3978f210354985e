/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/countries.h
 * Countries and their codes (ITU-T E.164 and its list of assigned codes). Pure, static data.
 */
#ifndef FX_CORE_COUNTRIES_H
#define FX_CORE_COUNTRIES_H

#include <stddef.h>
#include <stdint.h>

/** Of one code the first entry is the country that gives the code its name (1: United States). */
struct fx_country {
	uint32_t id;      /**< one for each entry; the code itself for the first of a code */
	uint16_t code;    /**< 1..999 */
	char iso[3];      /**< ISO 3166-1 alpha-2; "" for what is no country (satellites) */
	const char *name; /**< in English */
};
/** All, in order of code; ids of one code follow each other. */
const struct fx_country *fx_countries(size_t *ret_n);
/** The first entry of a code, NULL = not assigned. */
const struct fx_country *fx_country_by_code(uint32_t code);
/** Code at the beginning of digits (no two codes begin alike); NULL = none.
 * @param ret_len  digits of the code */
const struct fx_country *fx_country_of_digits(const char *digits, size_t *ret_len);

#endif
