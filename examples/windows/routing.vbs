' SPDX-License-Identifier: Apache-2.0
' cscript //nologo routing.vbs [SERVER]                       what is done with received faxes
' cscript //nologo routing.vbs PORT METHOD on|off [SERVER]    one method of one port
' PORT is its place in the list, METHOD the FriendlyName or the Guid.
Option Explicit
Dim server

Sub Show(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub List(methods)
	Dim i, method
	For i = 1 To methods.Count
		Set method = methods.Item(i)
		WScript.Echo "method " & i
		Show "DeviceId", method.DeviceId
		Show "DeviceName", method.DeviceName
		Show "FriendlyName", method.FriendlyName
		Show "Guid", method.Guid
		Show "Enable", method.Enable
		Show "FunctionName", method.FunctionName
		Show "ImageName", method.ImageName
		Show "ExtensionName", method.ExtensionName
		Show "RoutingData", method.RoutingData
	Next
End Sub

Sub Change(methods, wanted, state)
	Dim i, method
	For i = 1 To methods.Count
		Set method = methods.Item(i)
		If LCase(method.FriendlyName) = LCase(wanted) Or LCase(method.Guid) = LCase(wanted) Then
			method.Enable = (LCase(state) = "on")
			WScript.Echo method.FriendlyName & ": Enable = " & method.Enable
		End If
	Next
End Sub

Sub Main()
	Dim n, name, ports, i
	n = WScript.Arguments.Count
	name = ""
	If n = 1 Or n = 4 Then name = WScript.Arguments(n - 1)
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	Set ports = server.GetPorts
	If n < 3 Then
		For i = 1 To ports.Count
			WScript.Echo "port " & i & " " & ports.Item(i).Name
			List ports.Item(i).GetRoutingMethods
		Next
	Else
		Change ports.Item(CLng(WScript.Arguments(0))).GetRoutingMethods, _
			WScript.Arguments(1), WScript.Arguments(2)
	End If
	server.Disconnect
End Sub

On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
