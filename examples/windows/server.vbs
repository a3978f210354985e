' SPDX-License-Identifier: Apache-2.0
' cscript //nologo server.vbs [SERVER] [NAME=VALUE...]
' The settings of the service, after those given are changed. A change takes effect at once.
Option Explicit
Dim server

Sub Show(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub Change(name, value)
	Select Case LCase(name)
	Case "retries" server.Retries = value
	Case "retrydelay" server.RetryDelay = value
	Case "dirtydays" server.DirtyDays = value
	Case "branding" server.Branding = value
	Case "usedevicetsid" server.UseDeviceTsid = value
	Case "servercoverpage" server.ServerCoverpage = value
	Case "pauseserverqueue" server.PauseServerQueue = value
	Case "archiveoutboundfaxes" server.ArchiveOutboundFaxes = value
	Case "archivedirectory" server.ArchiveDirectory = value
	Case "servermapiprofile" server.ServerMapiProfile = value
	Case "discountratestarthour" server.DiscountRateStartHour = value
	Case "discountratestartminute" server.DiscountRateStartMinute = value
	Case "discountrateendhour" server.DiscountRateEndHour = value
	Case "discountrateendminute" server.DiscountRateEndMinute = value
	Case Else
		WScript.Echo "no setting " & name
		WScript.Quit 2
	End Select
End Sub

Sub Main()
	Dim n, i, first, pair
	n = WScript.Arguments.Count
	first = 0
	If n > 0 Then
		If InStr(WScript.Arguments(0), "=") = 0 Then first = 1
	End If
	Set server = CreateObject("FaxServer.FaxServer")
	If first = 1 Then server.Connect WScript.Arguments(0) Else server.Connect ""
	For i = first To n - 1
		pair = Split(WScript.Arguments(i), "=")
		Change pair(0), pair(1)
	Next
	Show "Retries", server.Retries
	Show "RetryDelay", server.RetryDelay
	Show "DirtyDays", server.DirtyDays
	Show "Branding", server.Branding
	Show "UseDeviceTsid", server.UseDeviceTsid
	Show "ServerCoverpage", server.ServerCoverpage
	Show "PauseServerQueue", server.PauseServerQueue
	Show "ArchiveOutboundFaxes", server.ArchiveOutboundFaxes
	Show "ArchiveDirectory", server.ArchiveDirectory
	Show "ServerMapiProfile", server.ServerMapiProfile
	Show "DiscountRateStartHour", server.DiscountRateStartHour
	Show "DiscountRateStartMinute", server.DiscountRateStartMinute
	Show "DiscountRateEndHour", server.DiscountRateEndHour
	Show "DiscountRateEndMinute", server.DiscountRateEndMinute
	server.Disconnect
End Sub

On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
