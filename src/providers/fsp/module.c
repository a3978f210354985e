/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/module.c  The provider's shared object: its functions and its start. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "plugin/plugin.h"
#include "providers/fsp/fsp_priv.h"

#define PREFIX_UNITS 128

int fx_fsp_module_open(struct fx_fsp *f, struct fx_reason *reterr)
{
	struct fx_fsp_module *m = &f->mod;
	const char *missing = NULL;
	int err = fx_plugin_open(f->set.image, &m->lib, reterr);

	if (err) {
		return err;
	}
#define GET(member, type, name)                                                                    \
	m->member = FX_PLUGIN_FN(type, m->lib, name);                                              \
	if (!m->member) {                                                                          \
		missing = name;                                                                    \
	}
	GET(init, PFAXDEVINITIALIZE, "FaxDevInitialize")
	GET(start, PFAXDEVSTARTJOB, "FaxDevStartJob")
	GET(send, PFAXDEVSEND, "FaxDevSend")
	GET(receive, PFAXDEVRECEIVE, "FaxDevReceive")
	GET(report, PFAXDEVREPORTSTATUS, "FaxDevReportStatus")
	GET(abort, PFAXDEVABORTOPERATION, "FaxDevAbortOperation")
	GET(end, PFAXDEVENDJOB, "FaxDevEndJob")
	GET(create, PFAXDEVVIRTUALDEVICECREATION, "FaxDevVirtualDeviceCreation")
#undef GET
	m->shutdown = FX_PLUGIN_FN(PFAXDEVSHUTDOWN, m->lib, "FaxDevShutdown");
	if (!m->create) {
		return fx_fail(reterr, FX_EDATA, "it has no virtual devices (no "
			       "FaxDevVirtualDeviceCreation), and there are no others here");
	}
	return missing ? fx_fail(reterr, FX_EDATA, "it does not export %s", missing) : 0;
}

/* The text has an end within the buffer, whatever was written. */
static int create_devices(struct fx_fsp *f, struct fx_reason *why)
{
	WCHAR prefix[PREFIX_UNITS] = {0};
	DWORD count = 0, id = 0;

	SetLastError(0);
	if (!f->mod.create(&count, prefix, &id, f->queue, FX_FSP_KEY_LINES)) {
		return fx_fail(why, FX_EDATA, "FaxDevVirtualDeviceCreation failed: error %u",
			       GetLastError());
	}
	prefix[PREFIX_UNITS - 1] = 0;
	if (!count || count > FX_FSP_LINES_MAX || !id || id > UINT32_MAX - count) {
		return fx_fail(why, FX_EDATA,
			       "FaxDevVirtualDeviceCreation gave %u devices from id %u on; 1 to "
			       "%u from 1 on are possible", count, id, FX_FSP_LINES_MAX);
	}
	f->count = count;
	f->first_id = id;
	fx_plugin_text(f->prefix, sizeof(f->prefix), prefix, prefix, sizeof(prefix));
	return 0;
}

/* Order: winfax.md 13.7. */
static int start(struct fx_fsp *f, struct fx_reason *why)
{
	int err;

	f->starting = "being loaded";
	err = fx_fsp_module_open(f, why);
	if (!err) {
		f->starting = "FaxDevVirtualDeviceCreation";
		err = create_devices(f, why);
	}
	if (!err) {
		f->starting = "FaxExtInitializeConfig";
		err = fx_plugin_offer_data(f->mod.lib, why);
	}
	if (err) {
		return err;
	}
	f->starting = "FaxDevInitialize";
	SetLastError(0);
	if (!f->mod.init(0, f->heap, &f->mod.line_callback, NULL)) {
		return fx_fail(why, FX_EDATA, "FaxDevInitialize failed: error %u", GetLastError());
	}
	return 0;
}

void *fx_fsp_starter(void *arg)
{
	struct fx_fsp *f = arg;
	struct fx_fsp_msg *m = fx_zalloc(sizeof(*m));

	if (!m) {
		return NULL; /* the watchdog ends us */
	}
	m->type = FX_FSP_STARTED;
	if (start(f, &m->why) && !m->why.text[0]) {
		fx_reason_set(&m->why, "it cannot be started");
	}
	fx_fsp_tell(f->inbox, m);
	return NULL;
}
