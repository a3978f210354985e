/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo tiff.js FILE [TAG...]
 * What a fax file says about its fax; needs no service. TAG is the number of any TIFF tag.
 * (RawReceiveTime is left out: JScript knows no currency, as which it comes.) */
var NAMES = ["Image", "ReceiveTime", "RecipientName", "RecipientNumber", "SenderName", "Routing",
	"CallerId", "Csid", "Tsid"];

function show(name, value) {
	WScript.Echo("  " + name + " (" + typeof value + ") = " + value);
}

function main(args) {
	var tiff = new ActiveXObject("FaxTiff.FaxTiff"), i;
	tiff.Image = args(0);
	for (i = 0; i < NAMES.length; i++) {
		show(NAMES[i], tiff[NAMES[i]]);
	}
	for (i = 1; i < args.length; i++) {
		show(args(i), tiff.TiffTagString(Number(args(i))));
	}
}

if (WScript.Arguments.length < 1) {
	WScript.Echo("usage: cscript //nologo tiff.js FILE [TAG...]");
	WScript.Quit(2);
}
try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
