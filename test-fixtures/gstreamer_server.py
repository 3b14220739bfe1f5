#!/usr/bin/python3
"""Serves video files over RTSP with GStreamer's server, the second opinion beside our own.

Reads one JSON line from standard input, prints {"port": N} when it listens on loopback, and ends
with standard input. gstreamer-server.ts starts it and says what the fields mean.
"""
import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PROTOCOLS = {
    "tcp": GstRtsp.RTSPLowerTrans.TCP,
    "udp": GstRtsp.RTSPLowerTrans.UDP,
    "any": GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP,
}


def factory_for(mount):
    """One pipeline for all clients of a mount, as a camera; a fresh one after the last has left."""
    parse, pay = ("h265parse", "rtph265pay") if mount["codec"] == "h265" else ("h264parse", "rtph264pay")
    location = mount["file"].replace("\\", "\\\\").replace('"', '\\"')
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f'( filesrc location="{location}" ! qtdemux ! {parse} config-interval=-1'
        f" ! {pay} name=pay0 pt=96 config-interval=-1 )"
    )
    factory.set_shared(True)
    factory.set_protocols(PROTOCOLS[mount["protocols"]])
    return factory


def require_login(server, factories, credentials):
    method = {"basic": GstRtsp.RTSPAuthMethod.BASIC, "digest": GstRtsp.RTSPAuthMethod.DIGEST}
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(method[credentials["scheme"]])
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    user, password = credentials["user"], credentials["password"]
    if credentials["scheme"] == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    else:
        auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", "media.factory.access", True)
    permissions.add_permission_for_role("user", "media.factory.construct", True)
    for factory in factories:
        factory.set_permissions(permissions)


def main():
    settings = json.loads(sys.stdin.readline())
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    points = server.get_mount_points()
    factories = []
    for mount in settings["mounts"]:
        factories.append(factory_for(mount))
        points.add_factory(mount["path"], factories[-1])
    if settings.get("credentials"):
        require_login(server, factories, settings["credentials"])
    loop = GLib.MainLoop()
    if server.attach(None) == 0:
        sys.exit("the server could not listen")
    channel = GLib.IOChannel.unix_new(sys.stdin.fileno())
    GLib.io_add_watch(channel, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    print(json.dumps({"port": server.get_bound_port()}), flush=True)
    loop.run()


main()
