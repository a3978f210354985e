/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/client_accounts.h
 * Accounts, whose a received fax is, and the table of rights as a security descriptor: a function
 * for each operation, as client.h. What comes back is one block, fx_free(*ret).
 * Thread: any.
 */
#ifndef FX_CLIENTS_COMMON_CLIENT_ACCOUNTS_H
#define FX_CLIENTS_COMMON_CLIENT_ACCOUNTS_H

#include "clients/common/client.h"

/** @return 183: there is one; 1609: the directory of users cannot be asked; 87: no such name */
uint32_t fx_client_create_account(struct fx_client *c, enum fx_text_form form,
				  const struct fx_ms_account_info *info);
/** @return 87: there is none */
uint32_t fx_client_delete_account(struct fx_client *c, union fx_wtext name,
				  enum fx_text_form form);
uint32_t fx_client_enum_accounts(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_account_info **ret, uint32_t *ret_n);
/** @param name  NULL = the caller's */
uint32_t fx_client_get_account(struct fx_client *c, union fx_wtext name, enum fx_text_form form,
			       struct fx_ms_account_info **ret);
/** @param what  OWNER 1, GROUP 2, DACL 4, SACL 8. @param ret self-relative; fx_free(),
 * NULL when empty */
uint32_t fx_client_get_security(struct fx_client *c, uint32_t what, uint8_t **ret,
				uint32_t *ret_size);
/** @param p  NULL is sent as such */
uint32_t fx_client_set_security(struct fx_client *c, uint32_t what, const void *p, uint32_t n);
/** @return 2: no such received fax; 87: a name is not known; 111: a text is too long; 4317:
 * received faxes are public */
uint32_t fx_client_reassign(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    const struct fx_ms_reassign_info *info);
/** Accounts and passwords in one list. */
uint32_t fx_client_accounts(struct fx_client *c, enum fx_text_form form,
			    struct fx_cs_account **ret, uint32_t *ret_n);

#endif
