#include "harness/engines/sandbox.h"

#include <array>
#include <string_view>

#include <fmt/core.h>
#include <unistd.h>

#include "base/files.h"
#include "base/os/folders.h"
#include "base/text.h"
#include "harness/engines/container_command.h"

namespace rehearsal {

namespace fs = std::filesystem;

namespace {

void add_words(std::vector<std::string>& argv, std::initializer_list<std::string> more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

// /bin, /lib … are links into /usr on a merged system and folders on an old one.
void add_system(std::vector<std::string>& argv, const fs::path& root, std::uint64_t temporary_bytes) {
  add_words(argv, {"--ro-bind", (root / "usr").string(), "/usr"});
  for (const char* const name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    const fs::path path = root / name;
    const std::string inside = "/" + std::string(name);
    std::error_code error;
    if (fs::is_symlink(path, error)) {
      add_words(argv, {"--symlink", fs::read_symlink(path, error).string(), inside});
    } else if (os::is_directory(path, error)) {
      add_words(argv, {"--ro-bind", path.string(), inside});
    }
  }
  add_words(argv, {"--ro-bind-try", (root / "etc/ld.so.cache").string(),
                   "/etc/ld.so.cache",  //
                   "--ro-bind-try", (root / "etc/alternatives").string(),
                   "/etc/alternatives",  //
                   "--proc", "/proc", "--dev", "/dev"});
  for (const char* const path : {"/dev/shm", "/tmp", "/run", "/var/tmp"}) {
    if (temporary_bytes > 0) {
      add_words(argv, {"--size", std::to_string(temporary_bytes)});
    }
    add_words(argv, {"--perms", "1777", "--tmpfs", path});
  }
  add_words(argv, {"--remount-ro", "/dev"});
  // Kernel settings belong to whom the machine's root is, and that is who we may be. Of the rest of /proc, what tells
  // of the machine or works on it.
  for (const char* const path : {"/proc/sys", "/proc/fs", "/proc/irq", "/proc/bus", "/proc/sysrq-trigger"}) {
    add_words(argv, {"--ro-bind-try", path, path});
  }
  for (const char* const path : {"/proc/acpi", "/proc/scsi", "/proc/driver"}) {
    std::error_code unknown;
    if (os::is_directory(path, unknown) || unknown) {
      add_words(argv, {"--tmpfs", path, "--remount-ro", path});
    }
  }
  for (const char* const path : {"/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/timer_list", "/proc/kmsg",
                                 "/proc/sched_debug", "/proc/latency_stats", "/proc/kallsyms", "/proc/kpagecount",
                                 "/proc/kpageflags", "/proc/kpagecgroup", "/proc/vmallocinfo", "/proc/slabinfo"}) {
    std::error_code unknown;
    if (os::exists(path, unknown) || unknown) {
      add_words(argv, {"--ro-bind", "/dev/null", path});
    }
  }
}

constexpr std::array kEtcFiles = {"passwd", "group", "hosts", "nsswitch.conf", "resolv.conf", "os-release"};

}  // namespace

std::vector<std::string> system_arguments(const fs::path& root, std::uint64_t temporary_bytes) {
  std::vector<std::string> argv;
  add_system(argv, root, temporary_bytes);
  return argv;
}

fs::path sandbox_filter(const fs::path& etc, RoomGuest guest) {
  return etc / (guest == RoomGuest::server ? "server.bpf" : "step.bpf");
}

std::vector<std::string> sandbox_arguments(const SandboxSpec& spec) {
  std::vector<std::string> argv = {"bwrap",
                                   "--die-with-parent",
                                   "--new-session",
                                   "--unshare-pid",
                                   "--unshare-ipc",
                                   "--unshare-uts",
                                   "--unshare-cgroup-try",
                                   "--cap-drop",
                                   "ALL",
                                   "--hostname",
                                   "rehearsal",
                                   "--seccomp",
                                   std::to_string(kFilterNumber)};
  switch (spec.network) {
    case SandboxNetwork::own:
      argv.emplace_back("--unshare-net");
      break;
    case SandboxNetwork::joined:
    case SandboxNetwork::machine:
      break;
  }
  add_system(argv, spec.root, spec.temporary_bytes);
  for (const char* const name : kEtcFiles) {
    const bool resolves = std::string_view(name) == "hosts" || std::string_view(name) == "resolv.conf" ||
                          std::string_view(name) == "nsswitch.conf";
    if (spec.network != SandboxNetwork::machine || !resolves) {
      add_words(argv, {"--ro-bind", (spec.etc / name).string(), "/etc/" + std::string(name)});
    }
  }
  for (const Mount& mount : spec.mounts) {
    add_words(argv, {mount.writable ? "--bind" : "--ro-bind", mount.from.string(), mount.to});
  }
  add_words(argv, {"--remount-ro", "/", "--chdir", spec.directory.empty() ? "/" : spec.directory, "--clearenv"});
  for (const auto& [name, value] : spec.environment) {
    add_words(argv, {"--setenv", name, value});
  }
  argv.emplace_back("--");
  argv.insert(argv.end(), spec.argv.begin(), spec.argv.end());
  return argv;
}

std::vector<std::string> join_arguments(int pid) {
  return {"nsenter", "--target", std::to_string(pid), "--net", "--user", "--preserve-credentials", "--"};
}

std::vector<std::string> resource_arguments(std::int64_t processes) {
  std::vector<std::string> argv = {"prlimit", "--core=0:0"};
  if (processes > 0) {
    argv.push_back(fmt::format("--nproc={0}:{0}", processes));
  }
  argv.emplace_back("--");
  return argv;
}

std::vector<std::string> user_namespace_arguments() {
  return {"unshare", "--user", "--map-root-user", "--"};
}

Result<void> write_sandbox_etc(const fs::path& folder) {
  REHEARSAL_TRY(make_private_dir(folder));
  // Containers run with our own ids, which a library may want to look up.
  const bool root = ::geteuid() == 0;
  const std::string user =
      root ? "" : fmt::format("rehearsal:x:{}:{}:rehearsal:/tmp:/bin/sh\n", ::geteuid(), ::getegid());
  const std::string group = root ? "" : fmt::format("rehearsal:x:{}:\n", ::getegid());
  const std::array<std::pair<const char*, std::string>, 5> texts = {{
      {"passwd", "root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n" + user},
      {"group", "root:x:0:\nnogroup:x:65534:\n" + group},
      {"hosts", "127.0.0.1 localhost rehearsal\n::1 localhost\n"},
      {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"},
      {"resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"},
  }};
  // Sandboxes and containers of other runs have these files mounted: what is right stays.
  const auto write = [](const fs::path& file, const std::string& text) {
    return read_file(file).value_or("") == text ? Result<void>() : write_file(file, text);
  };
  for (const auto& [name, text] : texts) {
    REHEARSAL_TRY(write(folder / name, text));
  }
  REHEARSAL_TRY(write(folder / "os-release", read_file("/usr/lib/os-release").value_or("ID=linux\n")));
  for (const RoomGuest guest : {RoomGuest::step, RoomGuest::server}) {
    REHEARSAL_TRY_SET(const std::string filter, seccomp_filter(guest));
    REHEARSAL_TRY(write(sandbox_filter(folder, guest), filter));
    REHEARSAL_TRY(write(container_profile(folder, guest), seccomp_profile(guest)));
  }
  return {};
}

std::vector<Mount> network_mounts(const Environment& environment) {
  std::vector<fs::path> wanted = {"/etc/resolv.conf", "/etc/hosts",    "/etc/nsswitch.conf",
                                  "/etc/ssl/certs",   "/etc/pip.conf", "/etc/uv"};
  for (const char* const name : {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT",
                                 "PIP_CLIENT_CERT", "PIP_CONFIG_FILE", "UV_CONFIG_FILE", "PIP_FIND_LINKS"}) {
    const auto found = environment.find(name);
    if (found != environment.end() && found->second.starts_with('/')) {
      wanted.emplace_back(found->second);
    }
  }
  const auto covered = [](const fs::path& path, const fs::path& by) {
    return path == by || path.string().starts_with(by.string() + "/");
  };
  std::vector<Mount> mounts;
  for (const fs::path& path : wanted) {
    std::error_code error;
    bool have = covered(path, "/usr") || (!os::exists(path, error) && !error);
    for (const Mount& mount : mounts) {
      have = have || covered(path, mount.to);
    }
    if (!have) {
      mounts.push_back({fs::canonical(path, error), path.string(), false});
    }
  }
  return mounts;
}

Environment network_environment(const Environment& environment) {
  Environment kept;
  for (const auto& [name, value] : environment) {
    const std::string low = lower(name);
    if (low.starts_with("pip_") || low.starts_with("uv_") || low.ends_with("_proxy") || low == "ssl_cert_file" ||
        low == "ssl_cert_dir" || low == "requests_ca_bundle" || low == "curl_ca_bundle") {
      kept.emplace(name, value);
    }
  }
  return kept;
}

}  // namespace rehearsal
