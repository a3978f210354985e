/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo status.js [SERVER [ROUNDS]]
 * What each port does: all properties of its FaxStatus. With ROUNDS the busy ports are asked
 * again, that many times at most, until all are idle; each time what has changed is shown. */
var NAMES = ["DeviceId", "DeviceName", "Description", "Send", "Receive", "CurrentPage",
	"PageCount", "DocumentName", "DocumentSize", "Address", "RecipientName", "SenderName",
	"Tsid", "Csid", "CallerId", "RoutingString", "StartTime", "SubmittedTime", "ElapsedTime"];

function two(n) {
	return (n < 10 ? "0" : "") + n;
}

/* Wine's typeof knows no date. */
function kind(value) {
	try {
		return typeof value;
	} catch (e) {
		return "date";
	}
}

/* Times are UTC: a date is taken apart as it stands. Day 0 is 1899-12-30. */
function text(value) {
	var d, time;
	if (kind(value) != "date") {
		return String(value);
	}
	d = new Date(value);
	time = two(d.getMinutes()) + ":" + two(d.getSeconds());
	if (d.getFullYear() < 1900) {
		return d.getHours() || time != "00:00" ? d.getHours() + ":" + time : "-";
	}
	return d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate()) + " " +
		two(d.getHours()) + ":" + time;
}

/* A FaxStatus is a snapshot: its values stay until Refresh. BOOL properties are 1 or 0. (join,
 * since Wine's JScript finds two sums of strings equal that are of the same length.) */
function snapshot(status) {
	var rows = [], i, value;
	for (i = 0; i < NAMES.length; i++) {
		value = status[NAMES[i]];
		rows[i] = ["  ", NAMES[i], " (", kind(value), ") = ", text(value)].join("");
	}
	return rows;
}

/* Wine has no WScript.Sleep; ping waits a second between two of its questions. */
function oneSecond() {
	new ActiveXObject("WScript.Shell").Run("ping -n 2 127.0.0.1", 0, true);
}

function changed(port) {
	var now, i;
	port.status.Refresh();
	now = snapshot(port.status);
	for (i = 0; i < now.length; i++) {
		if (now[i] != port.rows[i]) {
			WScript.Echo("port " + port.index + now[i]);
		}
	}
	port.rows = now;
	return port.status.Description != "Available";
}

function watch(all, rounds) {
	var busy = true, i;
	while (busy && rounds-- > 0) {
		busy = false;
		for (i = 0; i < all.length; i++) {
			busy = changed(all[i]) || busy;
		}
		if (busy) {
			oneSecond();
		}
	}
}

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), all = [], ports, i, port;
	server.Connect(args.length > 0 ? args(0) : "");
	ports = server.GetPorts();
	for (i = 1; i <= ports.Count; i++) {
		port = { index: i, status: ports.Item(i).GetStatus() };
		port.rows = snapshot(port.status);
		WScript.Echo("port " + i);
		WScript.Echo(port.rows.join("\r\n"));
		all.push(port);
	}
	watch(all, args.length > 1 ? Number(args(1)) : 0);
	server.Disconnect();
}

try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
