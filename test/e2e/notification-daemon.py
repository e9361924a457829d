"""
A notification daemon for tests, on the session bus of its environment. It shows nothing: it prints
each call as one line of JSON, and takes one line per action: `ID ACTION`.
"""

import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


def tell(**call):
    print(json.dumps(call), flush=True)


class Daemon(dbus.service.Object):
    last_id = 0

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "body-markup", "persistence"]

    @dbus.service.method(NAME, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return ("test-daemon", "Hallway", "1.0", "1.2")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if replaces == 0:
            self.last_id += 1
        number = int(replaces) or self.last_id
        tell(
            call="Notify",
            id=number,
            replaces=int(replaces),
            summary=str(summary),
            body=str(body),
            actions=[str(action) for action in actions],
        )
        return dbus.UInt32(number)

    @dbus.service.method(NAME, in_signature="u", out_signature="")
    def CloseNotification(self, number):
        tell(call="CloseNotification", id=int(number))
        self.NotificationClosed(number, 3)

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass


def take_line(source, condition):
    line = sys.stdin.readline()
    if line == "":
        loop.quit()
        return False
    number, action = line.split()
    daemon.ActionInvoked(dbus.UInt32(int(number)), action)
    return True


DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus, do_not_queue=True)
daemon = Daemon(bus, PATH)
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, take_line)
tell(call="ready")
loop.run()
