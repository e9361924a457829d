; The parts of the Windows installer that are ours; electron-builder inserts them (rules PACK-20 to PACK-22).
; The same rule as src/main/hosts/desktop/fix-firewall.ts: this program alone, in private and domain networks.

!define HALLWAY_NETSH '"$SYSDIR\netsh.exe" advfirewall firewall'
!define HALLWAY_PROGRAM '$INSTDIR\${APP_EXECUTABLE_FILENAME}'

!macro hallwayRemoveFirewallRules
  ; Also the rules that block it, which Windows adds after "Cancel" in its question.
  nsExec::Exec '${HALLWAY_NETSH} delete rule name=all dir=in program="${HALLWAY_PROGRAM}"'
  Pop $R0
!macroend

!macro customInstall
  !insertmacro hallwayRemoveFirewallRules
  nsExec::Exec '${HALLWAY_NETSH} add rule name="Hallway" dir=in action=allow program="${HALLWAY_PROGRAM}" protocol=any profile=private,domain'
  Pop $R0
  ${If} $R0 != "0"
    ; Hallway itself says what a firewall blocks, and has a button for it.
    DetailPrint "Windows Firewall has no rule for Hallway: netsh ended with $R0"
  ${EndIf}
!macroend

!macro customUnInstall
  ; An update runs the old uninstaller first.
  ${IfNot} ${isUpdated}
    !insertmacro hallwayRemoveFirewallRules
    ; The user's own folder: in the context of all users, $APPDATA is that of the computer.
    SetShellVarContext current
    ${If} ${FileExists} "$APPDATA\Hallway\*.*"
      ; Silent removal keeps the data.
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Delete your messages, contacts and keys from this computer too?$\r$\nThis can't be undone." /SD IDNO IDNO hallwayKeepData
      RMDir /r "$APPDATA\Hallway"
      hallwayKeepData:
    ${EndIf}
    SetShellVarContext all
  ${EndIf}
!macroend
