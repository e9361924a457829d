# Chromium's sandbox stands on user namespaces. A kernel without them needs its helper program with the rights of root instead.
sandbox=/usr/lib/hallway/chrome-sandbox
# Root may always make them, so the probe alone does not say whether users may.
allowed=/proc/sys/kernel/unprivileged_userns_clone
if [ -L /proc/self/ns/user ] && [ "$(cat "$allowed" 2>/dev/null || echo 1)" != 0 ] && unshare --user true 2>/dev/null; then
  chmod 0755 "$sandbox"
else
  chmod 4755 "$sandbox"
fi

# An AppArmor before version 4 does not understand the profile, and needs none.
profile=/etc/apparmor.d/hallway-desktop
if [ -d /etc/apparmor.d ] && apparmor_parser --skip-kernel-load --skip-cache /usr/share/hallway/apparmor-profile >/dev/null 2>&1; then
  cp /usr/share/hallway/apparmor-profile "$profile"
  chmod 0644 "$profile"
  # In a container or a folder for another system, the kernel's profiles are not ours to change.
  if [ -d /sys/kernel/security/apparmor ] && ! ischroot 2>/dev/null; then
    apparmor_parser --replace --write-cache --skip-read-cache "$profile" || true
  fi
fi
