; Compiles build/windows/installer.nsh as electron-builder includes it, with stand-ins for the parts of its template that the macros use.
; makensis -WX -DINCLUDED=path -DOUTPUT=path
Unicode true
!include LogicLib.nsh
!include FileFunc.nsh
!define APP_EXECUTABLE_FILENAME "hallway-desktop.exe"
Var isUpdate
!macro _isUpdated _a _b _t _f
  StrCmp $isUpdate "1" `${_t}` `${_f}`
!macroend
!define isUpdated `"" isUpdated ""`
!include "${INCLUDED}"
Name "Hallway"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\Hallway"
RequestExecutionLevel admin
Section "Install"
  StrCpy $isUpdate "0"
  SetOutPath $INSTDIR
  WriteUninstaller "$INSTDIR\Uninstall Hallway.exe"
  !insertmacro customInstall
SectionEnd
Section "Uninstall"
  StrCpy $isUpdate "0"
  SetShellVarContext all
  !insertmacro customUnInstall
SectionEnd
