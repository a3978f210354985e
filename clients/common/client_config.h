/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/client_config.h
 * Configuration and catalogues of the later API, a function for each operation: as client.h.
 * What comes back is one block, fx_free(*ret). Codes are those of ms-fax.md 7.1.
 * Thread: any.
 */
#ifndef FX_CLIENTS_COMMON_CLIENT_CONFIG_H
#define FX_CLIENTS_COMMON_CLIENT_CONFIG_H

#include "clients/common/client.h"

/** @param ret untouched when there is none (*ret_n 0) */
uint32_t fx_client_get_printers(struct fx_client *c, enum fx_text_form form,
				struct fx_ms_printer_info **ret, uint32_t *ret_n);
uint32_t fx_client_get_countries(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_country **ret, uint32_t *ret_n);
/** @param folder FX_MS_QUEUE or FX_MS_SENT; @param type 1 recipient, 2 sender */
uint32_t fx_client_get_profile(struct fx_client *c, uint64_t id, uint32_t folder, uint32_t type,
			       enum fx_text_form form, struct fx_ms_profile **ret);
/** The password is always NULL. */
uint32_t fx_client_get_receipts(struct fx_client *c, enum fx_text_form form,
				struct fx_ms_receipts_config **ret);
/** Password NULL: the one that is there stays (decision 0640). */
uint32_t fx_client_set_receipts(struct fx_client *c, enum fx_text_form form,
				const struct fx_ms_receipts_config *config);
uint32_t fx_client_set_outbox_configuration(struct fx_client *c,
					    const struct fx_ms_outbox_config *config);
uint32_t fx_client_get_activity_log(struct fx_client *c, enum fx_text_form form,
				    struct fx_ms_activity_config **ret);
uint32_t fx_client_set_activity_log(struct fx_client *c, enum fx_text_form form,
				    const struct fx_ms_activity_config *config);
uint32_t fx_client_set_port_ex(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			       const struct fx_ms_port_info_ex *info);
/** @param device_id 0 = no port. @param ret fx_free(), NULL when empty */
uint32_t fx_client_get_extension_data(struct fx_client *c, uint32_t device_id, const char *guid,
				      uint8_t **ret, uint32_t *ret_size);
uint32_t fx_client_set_extension_data(struct fx_client *c, uint32_t device_id, const char *guid,
				      const void *p, uint32_t n);
uint32_t fx_client_set_wizard_used(struct fx_client *c, bool used);
uint32_t fx_client_refresh_archive(struct fx_client *c, uint32_t folder);
uint32_t fx_client_check_folder(struct fx_client *c, union fx_wtext path, enum fx_text_form form);
uint32_t fx_client_set_general_configuration(struct fx_client *c, enum fx_text_form form,
					     const struct fx_ms_general_config *config);

#endif
