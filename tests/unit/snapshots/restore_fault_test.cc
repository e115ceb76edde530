// What goes wrong while rows are loaded: a server that dies, a disk that fills up.
#include <atomic>
#include <csignal>
#include <fstream>

#include "server_fixture.h"
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "snapshots/load/restore.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// Two tables of `megabytes` each.
std::string large_dump(const fs::path& dir, int megabytes) {
  const std::string file = (dir / "large.sql").string();
  std::ofstream out(file, std::ios::binary);
  out << "CREATE DATABASE big;\nUSE big;\n";
  const std::string value(1000, 'x');
  for (const char* table : {"one", "two"}) {
    out << "CREATE TABLE " << table << " (id INT PRIMARY KEY, a TEXT, KEY (a(100)));\n";
    for (int statement = 0; statement < megabytes; ++statement) {
      out << "INSERT INTO `" << table << "` VALUES\n";
      for (int row = 0; row < 1000; ++row) {
        out << (row == 0 ? "(" : ",\n(") << statement * 1000 + row << ",'" << value << "')";
      }
      out << ";\n";
    }
  }
  return file;
}

std::unique_ptr<TestServer> made_server() {
  std::string why;
  auto server = TestServer::make(why);
  if (server == nullptr) {
    std::cout << why << "\n";
  }
  return server;
}

TEST(RestoreFault, AServerKilledAtAnyMomentIsToldAndEndsTheRestoreSoon) {
  const auto server = made_server();
  if (server == nullptr) {
    GTEST_SKIP();
  }
  const std::string file = large_dump(server->dir(), 20);
  const std::vector<DumpInput> inputs = {{file, ""}};
  const auto index = scan_dumps(inputs);
  ASSERT_TRUE(index);
  for (const double part : {0.05, 0.3, 0.6, 0.9}) {
    SCOPED_TRACE(part);
    ASSERT_TRUE(server->start({"--skip-log-bin", "--innodb-flush-method=nosync", "--debug-no-sync"})) << server->log();
    ASSERT_TRUE(server->sql()->execute("DROP DATABASE IF EXISTS big"));
    RestoreOptions options;
    options.jobs = 2;
    std::atomic<bool> killed = false;
    options.progress = [&](const RestoreProgress& progress) {
      if (static_cast<double>(progress.done) > part * static_cast<double>(progress.all) && !killed.exchange(true)) {
        server->signal(SIGKILL);
      }
    };
    const Stopwatch watch;
    const auto report = restore_dumps(inputs, *index, {server->socket(), "root", TestServer::kPassword}, options);
    if (!killed) {
      server->kill();
      continue;  // the restore was faster than the progress is told
    }
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::failed) << to_text(report.error());
    EXPECT_NE(to_text(report.error()).find("the server died"), std::string::npos) << to_text(report.error());
    EXPECT_LT(watch.seconds(), 60);
    server->kill();
  }
}

// The file was whole when it was scanned; the same size, other bytes when it is read again.
TEST(RestoreFault, AStreamThatCannotBeReadAnyMoreIsTheDumpsFaultAndIsNamed) {
  const auto server = made_server();
  if (server == nullptr) {
    GTEST_SKIP();
  }
  const std::string plain = large_dump(server->dir(), 8);
  ASSERT_TRUE(server->start({"--skip-log-bin", "--innodb-flush-method=nosync", "--debug-no-sync"})) << server->log();
  for (const char* program : {"zstd", "gzip", "xz", "bzip2"}) {
    SCOPED_TRACE(program);
    const auto packed = run_checked({{program, "-c", "-1", plain}, own_environment(), {}, {}, {}, {}, 60, true});
    ASSERT_TRUE(packed);
    const std::string file = (server->dir() / "large.packed").string();
    const std::vector<DumpInput> inputs = {{file, ""}};
    ASSERT_TRUE(write_file(file, *packed));
    const auto index = scan_dumps(inputs);
    ASSERT_TRUE(index);
    for (const double part : {0.02, 0.5, 0.98}) {
      std::string damaged = *packed;
      const auto at = static_cast<std::size_t>(part * static_cast<double>(damaged.size()));
      for (std::size_t i = at; i < at + 8 && i < damaged.size(); ++i) {
        damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      }
      ASSERT_TRUE(write_file(file, damaged));
      ASSERT_TRUE(server->sql()->execute("DROP DATABASE IF EXISTS big"));
      const auto report =
          restore_dumps(inputs, *index, {server->socket(), "root", TestServer::kPassword}, {.jobs = 2, .progress = {}});
      ASSERT_FALSE(report) << part;
      EXPECT_EQ(report.error().kind, ErrorKind::unusable_dump) << to_text(report.error());
      EXPECT_NE(to_text(report.error()).find("large.packed"), std::string::npos) << to_text(report.error());
    }
  }
  server->kill();
}

TEST(RestoreFault, AFullDiskIsTheMachinesFaultAndNamesTheTable) {
  const auto server = made_server();
  if (server == nullptr) {
    GTEST_SKIP();
  }
  const fs::path small = server->dir() / "small";
  fs::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=180m") != 0) {
    GTEST_SKIP() << "no right to mount a small disk";
  }
  struct Unmount {
    const fs::path& at;
    ~Unmount() { ::umount2(at.c_str(), MNT_DETACH); }
  } const unmount{small};
  const std::string file = large_dump(server->dir(), 100);
  const std::vector<DumpInput> inputs = {{file, ""}};
  const auto index = scan_dumps(inputs);
  ASSERT_TRUE(index);
  Command copy;
  copy.argv = {"cp", "-a", server->data().string(), (small / "data").string()};
  copy.environment = own_environment();
  ASSERT_TRUE(run_checked(copy));
  ASSERT_TRUE(
      server->start({"--skip-log-bin", "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M"}, small / "data"))
      << server->log();
  const auto report = restore_dumps(inputs, *index, {server->socket(), "root", TestServer::kPassword},
                                    {.jobs = 2, .least_bytes = 0, .progress = {}});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::failed) << to_text(report.error());
  EXPECT_NE(to_text(report.error()).find("big."), std::string::npos) << to_text(report.error());
  EXPECT_NE(report.error().hint.find("disk is full"), std::string::npos) << to_text(report.error());
  server->kill();
}

}  // namespace
}  // namespace rehearsal
