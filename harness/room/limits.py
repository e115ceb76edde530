# Takes more than a step may take, of what the first argument says, until somebody ends it.
import os
import subprocess
import sys
import time

what = sys.argv[1]
held = []
if what == "memory":
    for _ in range(1024):
        held.append(bytearray(os.urandom(1 << 12) * 256))
elif what == "temporary":
    for number in range(64):
        with open("/tmp/%d" % number, "wb") as file:
            for _ in range(16):
                file.write(os.urandom(1 << 20))
elif what == "processes":
    for _ in range(400):
        held.append(subprocess.Popen(["/bin/sleep", "60"]))
elif what == "output":
    while True:
        sys.stdout.write("x" * 4096 + "\n")
elif what == "files":
    for number in range(1024):
        with open("%d" % number, "wb") as file:
            file.write(os.urandom(1 << 20))
        time.sleep(0.01)
elif what == "time":
    while True:
        print("still at work", flush=True)
        time.sleep(0.1)
time.sleep(60)
