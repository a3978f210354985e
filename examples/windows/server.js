/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo server.js [SERVER] [NAME=VALUE...]
 * The settings of the service, after those given are changed. A change takes effect at once. */
var NAMES = ["Retries", "RetryDelay", "DirtyDays", "Branding", "UseDeviceTsid", "ServerCoverpage",
	"PauseServerQueue", "ArchiveOutboundFaxes", "ArchiveDirectory", "ServerMapiProfile",
	"DiscountRateStartHour", "DiscountRateStartMinute", "DiscountRateEndHour",
	"DiscountRateEndMinute"];

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), i, value, pair, first;
	first = args.length > 0 && args(0).indexOf("=") < 0 ? 1 : 0;
	server.Connect(first ? args(0) : "");
	for (i = first; i < args.length; i++) {
		pair = args(i).split("=");
		server[pair[0]] = pair[1];
	}
	for (i = 0; i < NAMES.length; i++) {
		value = server[NAMES[i]];
		WScript.Echo("  " + NAMES[i] + " (" + typeof value + ") = " + value);
	}
	server.Disconnect();
}

try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
