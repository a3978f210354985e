' SPDX-License-Identifier: Apache-2.0
' cscript //nologo cover.vbs FILE NUMBER COVERPAGE [SERVER [EMAIL]]
' A document behind a cover page, with everything that one can say about both ends. COVERPAGE is
' the full path of a file of yours; a name without \ is one of the service's own. EMAIL gets a
' report, if the service sends mail.
Option Explicit
Dim server, doc, name

Sub Main()
	Dim cover
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	Set doc = server.CreateDocument(WScript.Arguments(0))
	cover = WScript.Arguments(2)
	doc.SendCoverpage = True
	doc.ServerCoverpage = (InStr(cover, "\") = 0)
	doc.CoverpageName = cover
	doc.DiscountSend = False ' True waits for the cheap hours of the service
	doc.FaxNumber = WScript.Arguments(1)
	doc.RecipientName = "Marie Curie"
	doc.RecipientCompany = "Institut du Radium"
	doc.RecipientAddress = "1 rue Pierre Curie"
	doc.RecipientCity = "Paris"
	doc.RecipientState = "Seine"
	doc.RecipientZip = "75005"
	doc.RecipientCountry = "France"
	doc.RecipientTitle = "Professor"
	doc.RecipientDepartment = "Physics"
	doc.RecipientOffice = "Pavillon Curie"
	doc.RecipientHomePhone = "+33 1 11"
	doc.RecipientOfficePhone = "+33 1 12"
	doc.SenderName = "Giovanni Caselli"
	doc.SenderCompany = "Pantelegraph"
	doc.SenderAddress = "Via San Marco 1, Florence"
	doc.SenderTitle = "Abbate"
	doc.SenderDepartment = "Telegraphy"
	doc.SenderOffice = "Room 7"
	doc.SenderHomePhone = "+39 055 1"
	doc.SenderOfficePhone = "+39 055 2"
	doc.SenderFax = "+39 055 3"
	doc.CoverpageSubject = "The first line"
	doc.CoverpageNote = "Paris to Lyon, 1865"
	doc.Tsid = "+39 055 3"
	doc.BillingCode = "B-1865"
	doc.DisplayName = "Letter with a cover page"
	If WScript.Arguments.Count > 4 Then doc.EmailAddress = WScript.Arguments(4)
	Show
	WScript.Echo "job " & doc.Send
	server.Disconnect
End Sub

Sub Row(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub Show()
	Row "FileName", doc.FileName
	Row "FaxNumber", doc.FaxNumber
	Row "SendCoverpage", doc.SendCoverpage
	Row "ServerCoverpage", doc.ServerCoverpage
	Row "CoverpageName", doc.CoverpageName
	Row "DiscountSend", doc.DiscountSend
	Row "RecipientName", doc.RecipientName
	Row "RecipientCompany", doc.RecipientCompany
	Row "RecipientAddress", doc.RecipientAddress
	Row "RecipientCity", doc.RecipientCity
	Row "RecipientState", doc.RecipientState
	Row "RecipientZip", doc.RecipientZip
	Row "RecipientCountry", doc.RecipientCountry
	Row "RecipientTitle", doc.RecipientTitle
	Row "RecipientDepartment", doc.RecipientDepartment
	Row "RecipientOffice", doc.RecipientOffice
	Row "RecipientHomePhone", doc.RecipientHomePhone
	Row "RecipientOfficePhone", doc.RecipientOfficePhone
	Row "SenderName", doc.SenderName
	Row "SenderCompany", doc.SenderCompany
	Row "SenderAddress", doc.SenderAddress
	Row "SenderTitle", doc.SenderTitle
	Row "SenderDepartment", doc.SenderDepartment
	Row "SenderOffice", doc.SenderOffice
	Row "SenderHomePhone", doc.SenderHomePhone
	Row "SenderOfficePhone", doc.SenderOfficePhone
	Row "SenderFax", doc.SenderFax
	Row "CoverpageSubject", doc.CoverpageSubject
	Row "CoverpageNote", doc.CoverpageNote
	Row "Tsid", doc.Tsid
	Row "BillingCode", doc.BillingCode
	Row "DisplayName", doc.DisplayName
	Row "EmailAddress", doc.EmailAddress
	Row "CallHandle", doc.CallHandle
End Sub

If WScript.Arguments.Count < 3 Then
	WScript.Echo "usage: cscript //nologo cover.vbs FILE NUMBER COVERPAGE [SERVER [EMAIL]]"
	WScript.Quit 2
End If
If WScript.Arguments.Count > 3 Then name = WScript.Arguments(3) Else name = ""
On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
