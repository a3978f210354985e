' SPDX-License-Identifier: Apache-2.0
' cscript //nologo tiff.vbs FILE [TAG...]
' What a fax file says about its fax; needs no service. TAG is the number of any TIFF tag.
Option Explicit
Dim tiff

Sub Show(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub Main()
	Dim i
	Set tiff = CreateObject("FaxTiff.FaxTiff")
	tiff.Image = WScript.Arguments(0)
	Show "Image", tiff.Image
	Show "ReceiveTime", tiff.ReceiveTime
	Show "RecipientName", tiff.RecipientName
	Show "RecipientNumber", tiff.RecipientNumber
	Show "SenderName", tiff.SenderName
	Show "Routing", tiff.Routing
	Show "CallerId", tiff.CallerId
	Show "Csid", tiff.Csid
	Show "Tsid", tiff.Tsid
	' a FILETIME (100 ns since 1601, UTC), handed over as currency: ten-thousandths of it
	Show "RawReceiveTime", tiff.RawReceiveTime
	For i = 1 To WScript.Arguments.Count - 1
		Show WScript.Arguments(i), tiff.TiffTagString(CLng(WScript.Arguments(i)))
	Next
End Sub

If WScript.Arguments.Count < 1 Then
	WScript.Echo "usage: cscript //nologo tiff.vbs FILE [TAG...]"
	WScript.Quit 2
End If
On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
