// The room that steps run in: what it lets a program ask of the kernel, and the attempts to get out of it.

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "harness/engines/control_group.h"
#include "harness/engines/room_watch.h"
#include "harness/engines/syscalls.h"
#include "harness/room/outside.h"
#include "harness/room/trial.h"

namespace rehearsal {

extern const std::string_view kRoomAttempts;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::set<std::string> names_in(const std::string& profile) {
  std::set<std::string> names;
  const json parsed = json::parse(profile);
  for (const json& rule : parsed.at("syscalls")) {
    for (const std::string name : rule.at("names")) {
      if (rule.at("action") == "SCMP_ACT_ALLOW") {
        names.insert(name);
      }
    }
  }
  return names;
}

TEST(RoomCalls, WhatReachesBeyondTheRoomIsNotOnTheList) {
  for (const RoomGuest guest : {RoomGuest::step, RoomGuest::server}) {
    const std::set<std::string> names = names_in(seccomp_profile(guest));
    EXPECT_GT(names.size(), 200U);
    for (const char* call :
         {"mount",           "umount2",          "pivot_root",        "chroot",       "unshare",
          "setns",           "clone3",           "init_module",       "finit_module", "bpf",
          "ptrace",          "process_vm_readv", "open_by_handle_at", "keyctl",       "kexec_load",
          "perf_event_open", "userfaultfd",      "socketcall",        "fsopen",       "move_mount"}) {
      EXPECT_FALSE(names.contains(call)) << call;
    }
    EXPECT_EQ(names.contains("io_uring_setup"), guest == RoomGuest::server);
  }
}

TEST(RoomCalls, AFilterIsMadeOfWholeInstructions) {
  for (const RoomGuest guest : {RoomGuest::step, RoomGuest::server}) {
    const Result<std::string> filter = seccomp_filter(guest);
    ASSERT_TRUE(filter) << to_text(filter.error());
    EXPECT_GT(filter->size(), 100U * 8);
    EXPECT_EQ(filter->size() % 8, 0U);
  }
  EXPECT_NE(seccomp_filter(RoomGuest::step).value(), seccomp_filter(RoomGuest::server).value());
}

// An attempt that nothing holds must say that it got through; else a room that holds proves nothing.
TEST(RoomAttempts, InAnOpenHouseTheyGetThrough) {
  const fs::path dir = make_unique_dir("/tmp", "rehearsal-open").value();
  const auto outside = Outside::prepare(dir);
  ASSERT_TRUE(outside) << to_text(outside.error());
  json told = json::parse((*outside)->told());
  told["server_socket"] = told["socket"];
  told["data"] = dir.string();
  told["work"] = dir.string();
  told["configuration"] = (dir / "attempts.py").string();
  told["kinds"] = {"address", "socket", "file"};
  ASSERT_TRUE(write_file(dir / "attempts.py", kRoomAttempts));
  ASSERT_TRUE(write_file(dir / "ibdata1", "rows"));
  Command command;
  command.argv = {"/usr/bin/python3", "-I", (dir / "attempts.py").string(), told.dump()};
  command.timeout_seconds = 60;
  const auto result = run_process(command);
  ASSERT_TRUE(result) << to_text(result.error());
  std::set<std::string> through;
  for (const std::string& line : lines_of(result->out)) {
    const json read = json::parse(line);
    if (read.contains("id") && !read.at("held").get<bool>()) {
      through.insert(read.at("id").get<std::string>());
    }
  }
  for (const char* id : {"tcp:127.0.0.1", "unix:without a path", "unix:of this machine", "unix:of the server",
                         "read:a file of the state directory", "read:a file of /tmp", "read:a file of /dev/shm",
                         "read:the server's data", "write:its own configuration"}) {
    EXPECT_TRUE(through.contains(id)) << id << "\n" << result->out << result->err;
  }
  EXPECT_GE((*outside)->connections(), 3);
  remove_tree(dir);
}

TEST(RoomLimits, WhatTheKernelCountedIsRead) {
  EXPECT_EQ(exceeded_in(""), "");
  EXPECT_EQ(exceeded_in("/sys/fs/cgroup/memory.events max 12\n/sys/fs/cgroup/memory.events oom_kill 0\n"
                        "/sys/fs/cgroup/pids.events max 0\n"),
            "");
  EXPECT_EQ(exceeded_in("/sys/fs/cgroup/memory.events oom_kill 1\n"), "memory");
  EXPECT_EQ(exceeded_in("/sys/fs/cgroup/memory/memory.oom_control oom_kill_disable 0\n"
                        "/sys/fs/cgroup/memory/memory.oom_control under_oom 1\n"),
            "");
  EXPECT_EQ(exceeded_in("/sys/fs/cgroup/memory/memory.oom_control oom_kill 2\n"), "memory");
  EXPECT_EQ(exceeded_in("/sys/fs/cgroup/pids/pids.events max 340\n"), "processes");
}

TEST(RoomLimits, WhatIsWrittenIsCountedInWritableFoldersOnly) {
  const fs::path dir = make_unique_dir("/tmp", "rehearsal-room").value();
  ASSERT_TRUE(make_private_dir(dir / "work/below"));
  ASSERT_TRUE(make_private_dir(dir / "environment"));
  ASSERT_TRUE(write_file(dir / "work/below/large", std::string(3 << 20, 'x')));
  ASSERT_TRUE(write_file(dir / "environment/large", std::string(9 << 20, 'x')));
  StepSpec step;
  step.mounts = {{dir / "work", "/work", true}, {dir / "environment", "/environment", false}};
  EXPECT_GE(bytes_written(step), std::uint64_t{3} << 20);
  EXPECT_LT(bytes_written(step), std::uint64_t{4} << 20);
  empty_work(step);
  EXPECT_EQ(bytes_written(step), 0U);
  EXPECT_TRUE(fs::exists(dir / "environment/large"));
  remove_tree(dir);
}

TEST(RoomAttempts, HolesAreNamed) {
  const std::vector<RoomAttempt> attempts = {{"address", "tcp:8.8.8.8", "connect to 8.8.8.8", true, "unreachable"},
                                             {"file", "read:/etc/shadow", "read /etc/shadow", false, "root:*:"}};
  EXPECT_EQ(holes(attempts), (std::vector<std::string>{"read:/etc/shadow: read /etc/shadow: root:*:"}));
}

}  // namespace
}  // namespace rehearsal
