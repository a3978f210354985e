/* SPDX-License-Identifier: Apache-2.0 */
#include "core/call.h"

#include <string.h>
#include "base/str.h"
#include "core/port_info.h"

static const struct {
	const char *id, *text;
	uint32_t fps;
} states[] = {
#define X(name, id, text, fps) [FX_PORT_##name] = {id, text, fps},
	FX_PORT_STATE_TABLE(X)
#undef X
};

const char *fx_port_state_str(enum fx_port_state s)
{
	return (unsigned)s < FX_PORT_STATE_COUNT ? states[s].id : "unknown";
}

uint32_t fx_port_state_fps(enum fx_port_state s)
{
	return (unsigned)s < FX_PORT_STATE_COUNT ? states[s].fps : 0;
}

/* faxcom.md 5.4 */
const char *fx_fps_text(uint32_t fps)
{
	static const struct {
		uint32_t fps;
		const char *text;
	} texts[] = {
		{0x20000001u, "Dialing"},	{0x20000002u, "Sending"},
		{0x20000004u, "Receiving"},	{0x20000008u, "Completed"},
		{0x20000010u, "Handled"},	{0x20000020u, "Unavailable"},
		{0x20000040u, "Busy"},		{0x20000080u, "No Answer"},
		{0x20000100u, "Bad Address"},	{0x20000200u, "No Dial Tone"},
		{0x20000400u, "Disconnected"},	{0x20000800u, "Fatal Error"},
		{0x20001000u, "Not a Fax Call"}, {0x20002000u, "Call Delayed"},
		{0x20004000u, "Call Blacklisted"}, {0x20008000u, "Initializing"},
		{0x20010000u, "Offline"},	{0x20020000u, "Ringing"},
		{0x20100000u, "Available"},	{0x20200000u, "Aborting"},
		{0x20400000u, "Routing"},	{0x20800000u, "Answered"},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(texts); i++) {
		if (texts[i].fps == fps) {
			return texts[i].text;
		}
	}
	return "Unknown";
}

const char *fx_coding_str(enum fx_coding c)
{
	switch (c) {
	case FX_CODING_NONE:
		return "none";
	case FX_CODING_MH:
		return "MH";
	case FX_CODING_MR:
		return "MR";
	case FX_CODING_MMR:
		return "MMR";
	}
	return "unknown";
}

const char *fx_transport_str(enum fx_transport t)
{
	switch (t) {
	case FX_TRANSPORT_NONE:
		return "none";
	case FX_TRANSPORT_AUDIO:
		return "audio";
	case FX_TRANSPORT_T38:
		return "T.38";
	}
	return "unknown";
}

const char *fx_resolution_str(enum fx_resolution r)
{
	switch (r) {
	case FX_RES_STANDARD:
		return "standard";
	case FX_RES_FINE:
		return "fine";
	case FX_RES_SUPERFINE:
		return "superfine";
	}
	return "unknown";
}

int fx_resolution_from_str(const char *s, enum fx_resolution *ret)
{
	static const enum fx_resolution all[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};

	for (size_t i = 0; i < FX_ARRAY_LEN(all); i++) {
		if (fx_str_ieq(s, fx_resolution_str(all[i]))) {
			*ret = all[i];
			return 0;
		}
	}
	return FX_EINVAL;
}

uint32_t fx_device_bits(const struct fx_port_status *s)
{
	switch (s->call.state) {
	case FX_PORT_OFFLINE:
		return FX_DEVICE_OFF;
	case FX_PORT_RINGING:
		return FX_DEVICE_RINGING;
	case FX_PORT_INITIALIZING:
	case FX_PORT_DIALING:
	case FX_PORT_SENDING:
		return FX_DEVICE_SENDING;
	case FX_PORT_RECEIVING:
		return FX_DEVICE_RECEIVING;
	case FX_PORT_ANSWERED:
	case FX_PORT_COMPLETED:
	case FX_PORT_ABORTING:
		return s->call.sender ? FX_DEVICE_SENDING : FX_DEVICE_RECEIVING;
	case FX_PORT_AVAILABLE:
	case FX_PORT_ROUTING:
	case FX_PORT_FAILED:
	case FX_PORT_STATE_COUNT:
		break;
	}
	return 0;
}
