/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, owners and the security descriptor: opnums 93 to 96, 99, 100, 102, and our Accounts. */
#include "clients/common/client_accounts.h"
#include "clients/common/client_priv.h"

enum { OP_CREATE = 93, OP_DELETE = 94, OP_ENUM = 95, OP_GET = 96, OP_GET_SECURITY = 99,
       OP_SET_SECURITY = 100, OP_REASSIGN = 102 };

#define IN(...) ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

uint32_t fx_client_create_account(struct fx_client *c, enum fx_text_form form,
				  const struct fx_ms_account_info *info)
{
	return fx_client_put_level0(c, OP_CREATE, &fx_ms_account_info_layout, info, form);
}

uint32_t fx_client_delete_account(struct fx_client *c, union fx_wtext name, enum fx_text_form form)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_DELETE, IN({.s = name}), form);
}

uint32_t fx_client_enum_accounts(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_account_info **ret, uint32_t *ret_n)
{
	const struct fx_client_array call = {FX_CLIENT_FAX, OP_ENUM, &fx_ms_account_info_layout,
					     0, 2};

	return fx_client_get_array(c, &call, IN({.u = 0}), form, (void **)ret, ret_n, NULL);
}

uint32_t fx_client_get_account(struct fx_client *c, union fx_wtext name, enum fx_text_form form,
			       struct fx_ms_account_info **ret)
{
	const struct fx_client_array call = {FX_CLIENT_FAX, OP_GET, &fx_ms_account_info_layout,
					     0, 0};

	return fx_client_get_array(c, &call, IN({.s = name}, {.u = 0}), form, (void **)ret, NULL,
				   NULL);
}

uint32_t fx_client_get_security(struct fx_client *c, uint32_t what, uint8_t **ret,
				uint32_t *ret_size)
{
	return fx_client_get_bytes(c, OP_GET_SECURITY, IN({.u = what}), ret, ret_size);
}

uint32_t fx_client_set_security(struct fx_client *c, uint32_t what, const void *p, uint32_t n)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_SECURITY,
			    IN({.u = what}, {.p = p, .n = p ? n : 0}), FX_TEXT_UTF8);
}

uint32_t fx_client_reassign(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    const struct fx_ms_reassign_info *info)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REASSIGN, IN({.u = id}, {.p = info}), form);
}

uint32_t fx_client_accounts(struct fx_client *c, enum fx_text_form form,
			    struct fx_cs_account **ret, uint32_t *ret_n)
{
	const struct fx_client_array call = {FX_CLIENT_CASELLI, FX_CS_ACCOUNTS,
					     &fx_cs_account_layout, 0, 2};

	return fx_client_get_array(c, &call, NULL, form, (void **)ret, ret_n, NULL);
}
