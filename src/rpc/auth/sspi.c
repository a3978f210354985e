/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows: NTLM, Kerberos and Negotiate by SSPI; the client side alone. Without a user the
 * session's own credentials are used, which never leave the system.
 *
 * Header signing is the two buffers around the stub with SECBUFFER_READONLY_WITH_CHECKSUM
 * ([MS-RPCE] 3.3.1.5.2.2); Wine 8 knows them, too (decision 0743).
 */
#define SECURITY_WIN32
#include <windows.h>
#include <security.h>
#include <sspi.h>

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/auth.h"

#ifndef SECBUFFER_READONLY_WITH_CHECKSUM
#define SECBUFFER_READONLY_WITH_CHECKSUM 0x10000000
#endif

struct sspi {
	struct fx_auth auth;
	CredHandle cred;
	CtxtHandle ctx;
	bool has_cred, has_ctx;
	WCHAR *target; /* host/HOST */
	SecPkgContext_Sizes sizes;
};

static struct sspi *get(struct fx_auth *a)
{
	return (struct sspi *)(void *)a;
}

static int status_code(SECURITY_STATUS s, struct fx_reason *reterr)
{
	switch ((unsigned long)s) {
	case (unsigned long)SEC_E_OK:
		return 0;
	case (unsigned long)SEC_I_CONTINUE_NEEDED:
		return 1;
	case (unsigned long)SEC_E_INSUFFICIENT_MEMORY:
		return FX_ENOMEM;
	case (unsigned long)SEC_E_SECPKG_NOT_FOUND:
	case (unsigned long)SEC_E_UNSUPPORTED_FUNCTION:
		return fx_fail(reterr, FX_ENOSYS, "Windows does not have this kind of login");
	case (unsigned long)SEC_E_INVALID_TOKEN:
		return fx_fail(reterr, FX_EPROTO, "the server's token is malformed");
	case (unsigned long)SEC_E_NO_AUTHENTICATING_AUTHORITY:
		return fx_fail(reterr, FX_EIO, "no domain controller can be asked");
	case (unsigned long)SEC_E_NO_CREDENTIALS:
		return fx_fail(reterr, FX_EACCES,
			       "nobody is logged in; name a user with CASELLI_USER "
			       "and CASELLI_PASSWORD_FILE");
	default:
		return fx_fail(reterr, FX_EACCES, "SSPI says %08lx", (unsigned long)s);
	}
}

/* What the server must let us check, by level. */
static ULONG requirements(const struct fx_auth *a)
{
	ULONG f = ISC_REQ_USE_DCE_STYLE | ISC_REQ_MUTUAL_AUTH | ISC_REQ_REPLAY_DETECT |
		  ISC_REQ_SEQUENCE_DETECT | ISC_REQ_ALLOCATE_MEMORY;

	if (a->level >= FX_AUTH_LEVEL_CALL) {
		f |= ISC_REQ_INTEGRITY;
	}
	return a->level == FX_AUTH_LEVEL_PRIVACY ? f | ISC_REQ_CONFIDENTIALITY : f;
}

static int take_sizes(struct sspi *s, struct fx_reason *reterr)
{
	if (!fx_auth_protects(&s->auth)) {
		return 0;
	}
	return status_code(QueryContextAttributesW(&s->ctx, SECPKG_ATTR_SIZES, &s->sizes), reterr);
}

static int sspi_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		     struct fx_reason *reterr)
{
	struct sspi *s = get(a);
	SecBuffer token = {(ULONG)n, SECBUFFER_TOKEN, (void *)(uintptr_t)in};
	SecBuffer reply = {0, SECBUFFER_TOKEN, NULL};
	SecBufferDesc in_desc = {SECBUFFER_VERSION, 1, &token};
	SecBufferDesc out_desc = {SECBUFFER_VERSION, 1, &reply};
	ULONG got = 0;
	TimeStamp expiry;
	SECURITY_STATUS rc;
	int code;

	rc = InitializeSecurityContextW(
		&s->cred, s->has_ctx ? &s->ctx : NULL, (SEC_WCHAR *)s->target, requirements(a), 0,
		SECURITY_NETWORK_DREP, in ? &in_desc : NULL, 0, &s->ctx, &out_desc, &got, &expiry);
	if (rc == SEC_I_COMPLETE_NEEDED || rc == SEC_I_COMPLETE_AND_CONTINUE) {
		SECURITY_STATUS done = CompleteAuthToken(&s->ctx, &out_desc);

		rc = done != SEC_E_OK                  ? done :
		     rc == SEC_I_COMPLETE_AND_CONTINUE ? SEC_I_CONTINUE_NEEDED :
							 SEC_E_OK;
	}
	code = status_code(rc, reterr);
	s->has_ctx |= code >= 0;
	if (code >= 0) {
		fx_buf_put(out, reply.pvBuffer, reply.cbBuffer);
	}
	if (reply.pvBuffer) {
		(void)FreeContextBuffer(reply.pvBuffer);
	}
	if (code == 0) {
		code = take_sizes(s, reterr);
	}
	return code;
}

static size_t sspi_token_size(const struct fx_auth *a, size_t n)
{
	const struct sspi *s = (const struct sspi *)(const void *)a;

	(void)n;
	return a->level == FX_AUTH_LEVEL_PRIVACY ? s->sizes.cbSecurityTrailer :
						   s->sizes.cbMaxSignature;
}

#define BUFFERS 4
/* Head and tail only if they are signed. @return how many */
static ULONG fill(SecBuffer b[BUFFERS], const struct fx_auth_pdu *p, const uint8_t *token,
		  size_t token_len)
{
	const ULONG around = SECBUFFER_DATA | SECBUFFER_READONLY_WITH_CHECKSUM;
	ULONG n = 0;

	if (p->head_len) {
		b[n++] = (SecBuffer){(ULONG)p->head_len, around, (void *)(uintptr_t)p->head};
	}
	b[n++] = (SecBuffer){(ULONG)p->data_len, SECBUFFER_DATA, p->data};
	if (p->tail_len) {
		b[n++] = (SecBuffer){(ULONG)p->tail_len, around, (void *)(uintptr_t)p->tail};
	}
	b[n++] = (SecBuffer){(ULONG)token_len, SECBUFFER_TOKEN, (void *)(uintptr_t)token};
	return n;
}

static int sspi_protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token,
			size_t token_len)
{
	SecBuffer b[BUFFERS];
	SecBufferDesc desc = {SECBUFFER_VERSION, fill(b, p, token, token_len), b};
	struct sspi *s = get(a);
	SECURITY_STATUS rc = a->level == FX_AUTH_LEVEL_PRIVACY ?
				     EncryptMessage(&s->ctx, 0, &desc, 0) :
				     MakeSignature(&s->ctx, 0, &desc, 0);

	/* the token's length stands in the header already, which may be signed */
	return rc == SEC_E_OK && b[desc.cBuffers - 1].cbBuffer == token_len ? 0 : FX_EACCES;
}

static int sspi_unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
			  size_t token_len)
{
	SecBuffer b[BUFFERS];
	SecBufferDesc desc = {SECBUFFER_VERSION, fill(b, p, token, token_len), b};
	struct sspi *s = get(a);
	ULONG quality = 0;
	SECURITY_STATUS rc = a->level == FX_AUTH_LEVEL_PRIVACY ?
				     DecryptMessage(&s->ctx, &desc, 0, &quality) :
				     VerifySignature(&s->ctx, &desc, 0, &quality);

	if (rc != SEC_E_OK) {
		return FX_EACCES;
	}
	return a->level == FX_AUTH_LEVEL_PRIVACY && quality == SECQOP_WRAP_NO_ENCRYPT ? FX_EACCES :
											0;
}

static void sspi_free(struct fx_auth *a)
{
	struct sspi *s = get(a);

	if (s->has_ctx) {
		(void)DeleteSecurityContext(&s->ctx);
	}
	if (s->has_cred) {
		(void)FreeCredentialsHandle(&s->cred);
	}
	(void)fx_free(s->target);
	(void)fx_free(s);
}

static const struct fx_auth_ops sspi_ops = {sspi_step, sspi_token_size, sspi_protect,
					    sspi_unprotect, sspi_free};

static const WCHAR *package(enum fx_auth_type type)
{
	switch (type) {
	case FX_AUTH_NTLM:
		return L"NTLM";
	case FX_AUTH_SPNEGO:
		return L"Negotiate";
	case FX_AUTH_KERBEROS:
		return L"Kerberos";
	case FX_AUTH_NONE:
		break;
	}
	return NULL;
}

struct identity {
	SEC_WINNT_AUTH_IDENTITY_W id;
	uint16_t *user, *domain, *password;
	size_t n_password;
};

static bool get_identity(const struct fx_auth_client_prm *prm, struct identity *i)
{
	size_t user = 0, domain = 0;

	i->user = fx_utf16_from_utf8(prm->user, &user);
	i->domain = fx_utf16_from_utf8(fx_text(prm->domain), &domain);
	i->password = fx_utf16_from_utf8(fx_text(prm->password), &i->n_password);
	i->id = (SEC_WINNT_AUTH_IDENTITY_W){.User = i->user,
					    .UserLength = (ULONG)user,
					    .Domain = i->domain,
					    .DomainLength = (ULONG)domain,
					    .Password = i->password,
					    .PasswordLength = (ULONG)i->n_password,
					    .Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE};
	return i->user && i->domain && i->password;
}

static void drop_identity(struct identity *i)
{
	if (i->password) {
		SecureZeroMemory(i->password, 2 * i->n_password);
	}
	(void)fx_free(i->user);
	(void)fx_free(i->domain);
	(void)fx_free(i->password);
}

static int acquire(struct sspi *s, const struct fx_auth_client_prm *prm, struct fx_reason *reterr)
{
	bool named = prm->user && *prm->user;
	struct identity id = {0};
	TimeStamp expiry;
	char target[300];
	SECURITY_STATUS rc;

	if (named && !get_identity(prm, &id)) {
		drop_identity(&id);
		return FX_ENOMEM;
	}
	rc = AcquireCredentialsHandleW(NULL, (SEC_WCHAR *)(uintptr_t)package(prm->type),
				       SECPKG_CRED_OUTBOUND, NULL, named ? &id.id : NULL, NULL,
				       NULL, &s->cred, &expiry);
	drop_identity(&id);
	if (rc != SEC_E_OK) {
		return status_code(rc, reterr);
	}
	s->has_cred = true;
	(void)snprintf(target, sizeof(target), "host/%s", fx_text(prm->host));
	s->target = fx_utf16_from_utf8(target, &(size_t){0});
	return s->target ? 0 : FX_ENOMEM;
}

int fx_auth_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		     struct fx_reason *reterr)
{
	struct sspi *s;
	int err;

	if (!package(prm->type)) {
		return fx_fail(reterr, FX_ENOSYS, "authentication of type %u is not in this build",
			       (unsigned)prm->type);
	}
	s = fx_zalloc(sizeof(*s));
	if (!s) {
		return FX_ENOMEM;
	}
	s->auth.ops = &sspi_ops;
	s->auth.type = prm->type;
	s->auth.level = prm->level;
	err = acquire(s, prm, reterr);
	if (err) {
		sspi_free(&s->auth);
		return err;
	}
	*ret = &s->auth;
	return 0;
}
