# Tries to get out of the room it runs in, in every way that is known, and prints a line of JSON for each: what was
# tried, whether the room held, and what was told. Nothing is changed where an attempt gets through: settings are
# written as they were read, calls are made with arguments that the kernel refuses after it has asked for the right.
#
# The first argument is JSON: what the harness has put outside, to be found.
import ctypes
import errno
import json
import os
import platform
import socket
import stat
import struct
import sys
import time

OUTSIDE = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
ATTEMPTS = []


# An attempt returns what it got hold of; None, an empty answer or an OSError say that the room held.
def attempt(kind, what):
    def add(function):
        ATTEMPTS.append((kind, function.__name__.replace("_", "-"), what, function))
        return function

    return add


def each(kind, name, what, arguments, function):
    for label, argument in arguments:
        text = what.format(label)
        ATTEMPTS.append((kind, name + ":" + label, text, lambda argument=argument: function(argument)))


def call(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


NUMBERS = {
    "x86_64": dict(ptrace=101, syslog=103, init_module=175, quotactl=179, add_key=248, keyctl=250, swapon=167,
                   reboot=169, acct=163, iopl=172, kexec_load=246, perf_event_open=298, open_by_handle_at=304,
                   setns=308, process_vm_readv=310, bpf=321, userfaultfd=323, clone=56, unshare=272, pivot_root=155,
                   chroot=161, clock_settime=227, io_uring_setup=425, open_tree=428, fsopen=430, clone3=435,
                   pidfd_open=434, pidfd_getfd=438, mount=165, sethostname=170, fanotify_init=300),
    "aarch64": dict(ptrace=117, syslog=116, init_module=105, quotactl=60, add_key=217, keyctl=219, swapon=224,
                    reboot=142, acct=89, iopl=None, kexec_load=104, perf_event_open=241, open_by_handle_at=265,
                    setns=268, process_vm_readv=270, bpf=280, userfaultfd=282, clone=220, unshare=97, pivot_root=41,
                    chroot=51, clock_settime=112, io_uring_setup=425, open_tree=428, fsopen=430, clone3=435,
                    pidfd_open=434, pidfd_getfd=438, mount=40, sethostname=161, fanotify_init=262),
}[platform.machine()]


def system_call(name, *arguments):
    if NUMBERS[name] is None:
        raise OSError(errno.ENOSYS, "no such call on this machine")
    words = [word if not isinstance(word, int) else ctypes.c_long(word) for word in arguments]
    return call("syscall", ctypes.c_long(NUMBERS[name]), *words)


# Where the kernel asks for the right before it looks at the arguments, another refusal says that the right was there.
def right_to(name, *arguments):
    try:
        system_call(name, *arguments)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise
        return "allowed, and refused only for its arguments: " + str(error)
    return "allowed"


def read(path, size=200):
    with open(path, "rb") as file:
        return file.read(size)


def tcp(address, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(2)
        one.connect((address, port))
        return "connected to %s, port %d" % (address, port)


def udp(address, port=53, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        one.sendto(b"x", (address, port))
        return "sent to " + address


# --- addresses ---------------------------------------------------------------------------------------------------------

each("address", "tcp", "connect to {}",
     [("127.0.0.1", ("127.0.0.1", OUTSIDE["port"], socket.AF_INET)),
      ("127.0.0.2", ("127.0.0.2", OUTSIDE["port"], socket.AF_INET)),
      ("[::1]", ("::1", OUTSIDE["port"], socket.AF_INET6)),
      ("this machine", (OUTSIDE["address"], OUTSIDE["port"], socket.AF_INET)),
      ("169.254.169.254", ("169.254.169.254", 80, socket.AF_INET)),
      ("10.0.0.1", ("10.0.0.1", 3306, socket.AF_INET)),
      ("172.17.0.1", ("172.17.0.1", 2375, socket.AF_INET)),
      ("192.168.0.1", ("192.168.0.1", 22, socket.AF_INET)),
      ("8.8.8.8", ("8.8.8.8", 53, socket.AF_INET)),
      ("[2001:4860:4860::8888]", ("2001:4860:4860::8888", 53, socket.AF_INET6))], lambda to: tcp(*to))
each("address", "udp", "send to {}",
     [("8.8.8.8", ("8.8.8.8", 53, socket.AF_INET)), ("255.255.255.255", ("255.255.255.255", 67, socket.AF_INET)),
      ("224.0.0.1", ("224.0.0.1", 5353, socket.AF_INET)), ("[ff02::1%1]", ("ff02::1", 5353, socket.AF_INET6))],
     lambda to: udp(*to))


@attempt("address", "a name of the internet")
def resolve():
    return socket.getaddrinfo("example.org", 80)


@attempt("address", "a route beside loopback")
def routes():
    tables = read("/proc/net/route", 65536).decode().splitlines()[1:]
    names = {line.split()[0] for line in tables}
    if os.path.exists("/proc/net/ipv6_route"):
        names |= {line.split()[-1] for line in read("/proc/net/ipv6_route", 65536).decode().splitlines()}
    return sorted(names - {"lo"})


@attempt("address", "a ping")
def ping():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as one:
        one.sendto(struct.pack("!BBHHH", 8, 0, 0, 1, 1), ("8.8.8.8", 0))
        return "sent"


# --- sockets -----------------------------------------------------------------------------------------------------------

each("socket", "family", "a socket of the family {}",
     [("packet", (17, socket.SOCK_RAW, 0)), ("vsock", (40, socket.SOCK_STREAM, 0)), ("alg", (38, 5, 0)),
      ("bluetooth", (31, socket.SOCK_RAW, 1)), ("can", (29, socket.SOCK_RAW, 1)), ("key", (15, socket.SOCK_RAW, 2)),
      ("xdp", (44, socket.SOCK_RAW, 0)), ("tipc", (30, socket.SOCK_RDM, 0)), ("rds", (21, 5, 0)),
      ("raw", (socket.AF_INET, socket.SOCK_RAW, 1)), ("uevents", (16, socket.SOCK_RAW, 15)),
      ("audit", (16, socket.SOCK_RAW, 9)), ("netfilter", (16, socket.SOCK_RAW, 12)), ("xfrm", (16, socket.SOCK_RAW, 6))],
     lambda one: socket.socket(*one).fileno())


def unix(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.settimeout(2)
        one.connect(path)
        return "connected"


each("socket", "unix", "the socket {}",
     [("without a path", "\0" + OUTSIDE["abstract"]), ("of this machine", OUTSIDE["socket"]),
      ("of the server", OUTSIDE["server_socket"]), ("/run/docker.sock", "/run/docker.sock"),
      ("/var/run/docker.sock", "/var/run/docker.sock"), ("of containerd", "/run/containerd/containerd.sock"),
      ("of podman", "/run/podman/podman.sock"), ("of D-Bus", "/run/dbus/system_bus_socket"),
      ("of systemd", "/run/systemd/private"), ("of MariaDB on this machine", "/run/mysqld/mysqld.sock")], unix)


@attempt("socket", "io_uring, whose sockets ask nobody")
def io_uring():
    return right_to("io_uring_setup", 1, 0)


# --- files -------------------------------------------------------------------------------------------------------------

each("file", "read", "read {}",
     [("a file of the state directory", OUTSIDE["secret"]), ("the same through the first process",
                                                             "/proc/1/root" + OUTSIDE["secret"]),
      ("a file of /tmp", OUTSIDE["temporary"]), ("a file of /dev/shm", OUTSIDE["shared"]),
      ("/etc/shadow", "/etc/shadow"), ("/etc/machine-id", "/etc/machine-id"), ("/root/.bashrc", "/root/.bashrc"),
      ("the server's data", OUTSIDE["data"] + "/ibdata1")], read)


@attempt("file", "the homes of this machine")
def homes():
    return [name for folder in ("/home", "/root") if os.path.isdir(folder) for name in os.listdir(folder)]


def write_file(path):
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.close(made)
    return "opened for writing"


each("file", "write", "write {}",
     [("/usr/bin", "/usr/bin/rehearsal-attempt"), ("/etc", "/etc/rehearsal-attempt"), ("/etc/passwd", "/etc/passwd"),
      ("/", "/rehearsal-attempt"),
      ("its own configuration", OUTSIDE["configuration"])], write_file)


@attempt("file", "open a file by its handle")
def open_by_handle():
    handle = ctypes.create_string_buffer(struct.pack("IIII", 8, 1, 2, 0))
    return right_to("open_by_handle_at", os.open("/", os.O_RDONLY), ctypes.addressof(handle), 0)


def node(device):
    path = os.path.join(OUTSIDE["work"], "node")
    os.mknod(path, device[0] | 0o600, os.makedev(device[1], device[2]))
    try:
        os.close(os.open(path, os.O_RDONLY))
        return "opened"
    finally:
        os.unlink(path)


each("device", "node", "make and open {}",
     [("the memory", (stat.S_IFCHR, 1, 1)), ("the kernel's log", (stat.S_IFCHR, 1, 11)),
      ("a disk", (stat.S_IFBLK, *OUTSIDE["disk"]))], node)


# --- kernel settings ---------------------------------------------------------------------------------------------------


def write_same(path):
    # What acts on every word that is written to it is opened only.
    value = b"" if path.endswith(("trigger", "register", "state")) else read(path, 4096)
    fd = os.open(path, os.O_WRONLY)
    try:
        if value:
            os.write(fd, value)
        return "written"
    finally:
        os.close(fd)


each("setting", "write", "write {}",
     [(name, name) for name in (
         "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname",
         "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/core/somaxconn",
         "/proc/sys/fs/binfmt_misc/register", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
         "/sys/power/state")], write_same)


def writable_below(top):
    found = []
    for folder, folders, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            if stat.S_IMODE(os.lstat(path).st_mode) & 0o222 and not os.path.islink(path):
                try:
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                    found.append(path)
                except OSError:
                    pass
    return found[:3]


each("setting", "writable", "anything that can be written below {}", [("/proc/sys", "/proc/sys"), ("/sys", "/sys")],
     writable_below)


@attempt("setting", "a control group of its own")
def control_group():
    made = []
    for folder in ("/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified"):
        try:
            os.mkdir(folder + "/rehearsal-attempt")
            os.rmdir(folder + "/rehearsal-attempt")
            made.append(folder)
        except OSError:
            pass
    return made


@attempt("setting", "the host's name")
def host_name():
    name = socket.gethostname().encode()
    return right_to("sethostname", ctypes.c_char_p(name), len(name))


@attempt("setting", "the clock")
def clock():
    return right_to("clock_settime", 0, 0)


# --- devices -----------------------------------------------------------------------------------------------------------

each("device", "open", "open {}",
     [(name, name) for name in ("/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop-control",
                                "/dev/loop0", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/uinput", "/dev/vsock",
                                "/proc/kcore")],
     lambda path: open(path, "rb").read(1) if path == "/proc/kcore" else os.open(path, os.O_RDONLY))


@attempt("device", "a disk, or a device that no program needs")
def other_devices():
    harmless = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2), (136, 0)}
    found = []
    for folder, _, files in os.walk("/dev"):
        for name in files:
            mode = os.lstat(os.path.join(folder, name))
            known = stat.S_ISCHR(mode.st_mode) and (os.major(mode.st_rdev), os.minor(mode.st_rdev)) in harmless
            if (stat.S_ISCHR(mode.st_mode) or stat.S_ISBLK(mode.st_mode)) and not known:
                found.append(name)
    return found


@attempt("device", "the kernel's log")
def kernel_log():
    return right_to("syslog", 3, ctypes.create_string_buffer(1024), 1024)


@attempt("device", "the ports of the machine")
def ports():
    return right_to("iopl", 3)


# --- processes ---------------------------------------------------------------------------------------------------------


@attempt("process", "see processes that are not its own")
def others():
    ours = {os.getpid(), 1}
    parent = os.getpid()
    while parent > 1:
        ours.add(parent)
        parent = int(read("/proc/%d/stat" % parent).rsplit(b")", 1)[1].split()[1])
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid not in ours]


@attempt("process", "signal the harness")
def signal_harness():
    # The number may be another's in here.
    if os.path.exists("/proc/%d/comm" % OUTSIDE["pid"]) and read("/proc/%d/comm" % OUTSIDE["pid"]).strip() == b"rehearse":
        os.kill(OUTSIDE["pid"], 0)
        return "it is within reach"
    return None


@attempt("process", "shared memory of this machine")
def shared_memory():
    return read("/proc/sysvipc/shm", 4096).splitlines()[1:]


each("process", "namespace", "make a namespace of its own: {}",
     [("user", 0x10000000), ("mount", 0x00020000), ("network", 0x40000000), ("process", 0x20000000)],
     lambda flag: right_to("unshare", flag))


@attempt("process", "a user namespace for a child")
def clone_user():
    child = system_call("clone", 0x10000000 | 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "made"


@attempt("process", "a child whose flags nobody can look at")
def clone_blind():
    return right_to("clone3", 0, 0)


@attempt("process", "join the namespaces of the first process")
def join():
    return right_to("setns", os.open("/proc/1/ns/net", os.O_RDONLY), 0)


each("process", "right", "the right to {}",
     [("mount", ("mount", 0, 0, 0, 0, 0)), ("mount in the new way", ("fsopen", 0, 0)),
      ("change the root", ("chroot", 0)), ("turn the root round", ("pivot_root", 0, 0)),
      ("load modules", ("init_module", 0, 0, 0)), ("load another kernel", ("kexec_load", 0, 0, 0, 0x10000)),
      ("restart the machine", ("reboot", 0, 0, 0, 0)), ("swap", ("swapon", 0, 0)), ("set quotas", ("quotactl", 0, 0, 0, 0)),
      ("keep accounts", ("acct", 1)), ("load programs into the kernel", ("bpf", 5, 0, 0)),
      ("count the machine's events", ("perf_event_open", 0, 0, -1, -1, 0)),
      ("watch all files", ("fanotify_init", 0, 0)), ("answer page faults", ("userfaultfd", 0)),
      ("hold keys", ("add_key", 0, 0, 0, 0, 0)), ("read keys", ("keyctl", 0, -3, 0)),
      ("trace a process", ("ptrace", 16, 1, 0, 0)), ("read another process", ("process_vm_readv", 1, 0, 0, 0, 0, 0)),
      ("take another's files", ("pidfd_getfd", -1, 0, 0)), ("copy the mounts", ("open_tree", -100, 0, 1))],
     lambda words: right_to(*words))


@attempt("process", "capabilities, or new privileges")
def privileges():
    status = dict(line.split(":\t", 1) for line in read("/proc/self/status", 8192).decode().splitlines() if ":\t" in line)
    told = [name for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(status[name], 16) != 0]
    told += ["new privileges"] if status["NoNewPrivs"].strip() != "1" else []
    told += ["no filter for system calls"] if status["Seccomp"].strip() != "2" else []
    return told


if "kinds" in OUTSIDE:
    ATTEMPTS = [one for one in ATTEMPTS if one[0] in OUTSIDE["kinds"]]
for kind, name, what, function in ATTEMPTS:
    started = time.monotonic()
    try:
        got = function()
        held, told = not got, str(got or "")
    except OSError as error:
        held, told = True, error.strerror or str(error)
    except Exception as error:
        held, told = False, "cannot be tried: " + repr(error)
    print(json.dumps({"kind": kind, "id": name, "what": what, "held": held, "told": told[:300],
                      "seconds": round(time.monotonic() - started, 2)}), flush=True)
print(json.dumps({"tried": len(ATTEMPTS)}))
