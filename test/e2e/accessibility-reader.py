"""Reads the page as a screen reader does, through AT-SPI.

Waits for an element whose name begins with the first argument. Prints the role and the name of all
elements below its window as one line of JSON, and then for so many seconds as the second argument
says, a line for each name that changes.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

START_LIMIT_S = 30
MAX_ELEMENTS = 5_000


def below(root):
    """All elements below `root`, in reading order. One that disappears meanwhile is left out."""
    found = []
    waiting = [root]
    while waiting and len(found) < MAX_ELEMENTS:
        element = waiting.pop()
        try:
            found.append({"role": element.get_role_name(), "name": element.get_name() or ""})
            children = [element.get_child_at_index(index) for index in range(element.get_child_count())]
        except GLib.Error:
            continue
        waiting.extend(child for child in reversed(children) if child is not None)
    return found


def wait_for(start_of_name):
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            elements = [] if application is None else below(application)
            if any(element["name"].startswith(start_of_name) for element in elements):
                return elements
        time.sleep(0.5)
    sys.exit("no element has the name " + start_of_name)


def tell_change(event):
    print(json.dumps({"changed": event.source.get_name() or ""}), flush=True)


Atspi.init()
print(json.dumps(wait_for(sys.argv[1])), flush=True)
watched_s = int(sys.argv[2])
if watched_s > 0:
    listener = Atspi.EventListener.new(tell_change)
    listener.register("object:property-change:accessible-name")
    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(watched_s, loop.quit)
    loop.run()
