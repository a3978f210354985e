' SPDX-License-Identifier: Apache-2.0
' Every class by both of its names, its type, and what a failing call says.
Option Explicit
Dim classes, i, o, server, text

Function ErrorText()
	ErrorText = CStr(Err.Number And 65535) & " " & LCase(Hex(Err.Number))
End Function

classes = Split("FaxServer FaxTiff FaxPorts FaxPort FaxStatus FaxRoutingMethods FaxRoutingMethod FaxJobs FaxJob FaxDoc", " ")
For i = 0 To UBound(classes)
	Set o = CreateObject(classes(i) & "." & classes(i))
	WScript.Echo classes(i) & " " & classes(i) & "." & classes(i) & " " & TypeName(o)
	Set o = CreateObject(classes(i) & "." & classes(i) & ".1")
	WScript.Echo classes(i) & " " & classes(i) & "." & classes(i) & ".1 " & TypeName(o)
Next
Set server = CreateObject("faxserver.faxserver")
On Error Resume Next
server.Connect "127.0.0.1:1"
WScript.Echo ErrorText()
WScript.Echo Err.Description
Err.Clear
text = server.Retries
WScript.Echo ErrorText()
Err.Clear
WScript.Echo "END"
