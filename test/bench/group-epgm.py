"""One end of ZeroMQ over epgm, for group-loss.ts.

group-epgm.py send ADDRESS COUNT SIZE GAP_MS     sends, and stays to repair until its input ends
group-epgm.py receive ADDRESS COUNT QUIET_S      prints a JSON line of arrivals

A text begins with its number and the monotonic time of its sending, which all processes of a
machine share.
"""
import json
import sys
import time
import zmq

GROUP = "239.192.1.1:5555"
# In kbit/s. The default of 100 would be the bottleneck.
RATE = 1_000_000
RECOVERY_MS = 60_000
BUFFER_BYTES = 8 * 1024 * 1024


def connect(kind, address):
    socket = zmq.Context.instance().socket(kind)
    socket.setsockopt(zmq.RATE, RATE)
    socket.setsockopt(zmq.RECOVERY_IVL, RECOVERY_MS)
    socket.setsockopt(zmq.SNDHWM, 0)
    socket.setsockopt(zmq.RCVHWM, 0)
    socket.setsockopt(zmq.SNDBUF, BUFFER_BYTES)
    socket.setsockopt(zmq.RCVBUF, BUFFER_BYTES)
    if kind == zmq.SUB:
        socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(f"epgm://{address};{GROUP}")
    return socket


def send(address, count, size, gap_ms):
    socket = connect(zmq.PUB, address)
    # The first datagrams are lost while receivers learn of the sender.
    for _ in range(20):
        socket.send(b"-1 0 ")
        time.sleep(0.1)
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.monotonic()
    for number in range(count):
        due = started + number * gap_ms / 1000
        time.sleep(max(0, due - time.monotonic()))
        socket.send(f"{number} {time.monotonic_ns()} ".encode().ljust(size, b"x"))
    sys.stdin.readline()


def receive(address, count, quiet_s):
    socket = connect(zmq.SUB, address)
    print("ready", flush=True)
    latencies = {}
    while len(latencies) < count:
        # Until the first one comes, it waits as long as needed.
        if latencies and not socket.poll(quiet_s * 1000):
            break
        number, sent, _ = socket.recv().split(b" ", 2)
        if int(number) >= 0:
            latencies.setdefault(int(number), (time.monotonic_ns() - int(sent)) / 1e6)
    print(json.dumps({"arrived": len(latencies), "latenciesMs": list(latencies.values())}), flush=True)


role, address, *numbers = sys.argv[1:]
(send if role == "send" else receive)(address, *map(int, numbers))
