#!/bin/sh
# Starts Hallway's window. It answers --version and --help itself, before Chromium starts: so both work without a display.
for argument in "$@"; do
  case "$argument" in
  --version)
    echo "@version@"
    exit 0
    ;;
  --help)
    echo "Usage: hallway-desktop [OPTION...] [LINK]"
    echo "Opens Hallway. The options are those of \"hallway open\"; see hallway-desktop(1)."
    exit 0
    ;;
  esac
done
exec "@folder@/hallway-desktop" "$@"
