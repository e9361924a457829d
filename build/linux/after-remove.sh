profile=/etc/apparmor.d/hallway-desktop
if [ -f "$profile" ]; then
  if [ -d /sys/kernel/security/apparmor ] && ! ischroot 2>/dev/null; then
    apparmor_parser --remove "$profile" >/dev/null 2>&1 || true
  fi
  rm -f "$profile"
fi
