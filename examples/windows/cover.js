/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo cover.js FILE NUMBER COVERPAGE [SERVER [EMAIL]]
 * A document behind a cover page, with everything that one can say about both ends. COVERPAGE is
 * the full path of a file of yours; a name without \ is one of the service's own. EMAIL gets a
 * report, if the service sends mail. */
var NAMES = ["FileName", "FaxNumber", "SendCoverpage", "ServerCoverpage",
	"CoverpageName", "DiscountSend", "RecipientName", "RecipientCompany",
	"RecipientAddress", "RecipientCity", "RecipientState", "RecipientZip",
	"RecipientCountry", "RecipientTitle", "RecipientDepartment", "RecipientOffice",
	"RecipientHomePhone", "RecipientOfficePhone", "SenderName", "SenderCompany",
	"SenderAddress", "SenderTitle", "SenderDepartment", "SenderOffice",
	"SenderHomePhone", "SenderOfficePhone", "SenderFax", "CoverpageSubject",
	"CoverpageNote", "Tsid", "BillingCode", "DisplayName",
	"EmailAddress", "CallHandle"];

function fill(doc) {
	doc.RecipientName = "Marie Curie";
	doc.RecipientCompany = "Institut du Radium";
	doc.RecipientAddress = "1 rue Pierre Curie";
	doc.RecipientCity = "Paris";
	doc.RecipientState = "Seine";
	doc.RecipientZip = "75005";
	doc.RecipientCountry = "France";
	doc.RecipientTitle = "Professor";
	doc.RecipientDepartment = "Physics";
	doc.RecipientOffice = "Pavillon Curie";
	doc.RecipientHomePhone = "+33 1 11";
	doc.RecipientOfficePhone = "+33 1 12";
	doc.SenderName = "Giovanni Caselli";
	doc.SenderCompany = "Pantelegraph";
	doc.SenderAddress = "Via San Marco 1, Florence";
	doc.SenderTitle = "Abbate";
	doc.SenderDepartment = "Telegraphy";
	doc.SenderOffice = "Room 7";
	doc.SenderHomePhone = "+39 055 1";
	doc.SenderOfficePhone = "+39 055 2";
	doc.SenderFax = "+39 055 3";
	doc.CoverpageSubject = "The first line";
	doc.CoverpageNote = "Paris to Lyon, 1865";
	doc.Tsid = "+39 055 3";
	doc.BillingCode = "B-1865";
	doc.DisplayName = "Letter with a cover page";
}

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), doc, i, value;
	server.Connect(args.length > 3 ? args(3) : "");
	doc = server.CreateDocument(args(0));
	doc.SendCoverpage = true;
	doc.ServerCoverpage = args(2).indexOf("\\") < 0;
	doc.CoverpageName = args(2);
	doc.DiscountSend = false; /* true waits for the cheap hours of the service */
	doc.FaxNumber = args(1);
	fill(doc);
	if (args.length > 4) {
		doc.EmailAddress = args(4);
	}
	for (i = 0; i < NAMES.length; i++) {
		value = doc[NAMES[i]];
		WScript.Echo("  " + NAMES[i] + " (" + typeof value + ") = " + value);
	}
	WScript.Echo("job " + doc.Send());
	server.Disconnect();
}

if (WScript.Arguments.length < 3) {
	WScript.Echo("usage: cscript //nologo cover.js FILE NUMBER COVERPAGE [SERVER [EMAIL]]");
	WScript.Quit(2);
}
try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
