' SPDX-License-Identifier: Apache-2.0
' cscript //nologo send.vbs FILE NUMBER [SERVER]
' The shortest way to send a document. Send returns as soon as the job is in the queue.
Option Explicit
Dim server, doc, name

Sub Main()
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	Set doc = server.CreateDocument(WScript.Arguments(0))
	doc.FaxNumber = WScript.Arguments(1)
	WScript.Echo "job " & doc.Send
	server.Disconnect
End Sub

If WScript.Arguments.Count < 2 Then
	WScript.Echo "usage: cscript //nologo send.vbs FILE NUMBER [SERVER]"
	WScript.Quit 2
End If
If WScript.Arguments.Count > 2 Then name = WScript.Arguments(2) Else name = ""
On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
