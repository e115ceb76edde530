// Reading a dump in every form, with every call of the operating system failing in every way: what is read is the whole
// dump or an error, never a smaller dump.
#include <filesystem>
#include <fstream>

#include "fakes/every_fault.h"
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "snapshots/bytes/source.h"
#include "snapshots/index/dump_index.h"

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

std::string dump_text() {
  std::string text =
      "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n-- Host: localhost    Database: shop\n"
      "CREATE DATABASE `shop`;\nUSE `shop`;\nCREATE TABLE `t` (`id` int NOT NULL, `v` varchar(200), "
      "PRIMARY KEY (`id`));\n";
  for (int i = 0; i < 4000; ++i) {
    text += "INSERT INTO `t` VALUES (" + std::to_string(i) + ",'" + std::string(150, static_cast<char>('a' + i % 26)) +
            "');\n";
  }
  return text + "-- Dump completed on 2026-11-01  2:00:00\n";
}

class ScanEveryFault : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(ScanEveryFault, TheDumpIsReadWholeOrNotAtAll) {
  const fs::path dir = make_unique_dir(quick_folder(), "scan-every-fault").value();
  fs::path dump = dir / "dump.sql";
  ASSERT_TRUE(write_file(dump, dump_text()));
  if (!GetParam().empty()) {
    Command pack;
    pack.argv = GetParam();
    pack.argv.push_back(dump.string());
    pack.environment = own_environment();
    pack.output_file = dir / "packed";
    ASSERT_TRUE(run_checked(pack));
    dump = dir / "packed";
  }
  std::uint64_t rows = 0;
  every_fault([] {},
              [&]() -> Result<void> {
                rows = 0;
                REHEARSAL_TRY_SET(const DumpIndex index, scan_dumps({{dump.string(), ""}}));
                for (const auto& table : index.tables) {
                  rows += table.rows;
                }
                // Another who reads only its beginning: the decoder ends with it.
                REHEARSAL_TRY_SET(Source source, Source::open(dump.string()));
                char beginning[64];
                REHEARSAL_TRY(source.read(beginning));
                return {};
              },
              [&](const FaultPoint&, const Result<void>* done) {
                if (done != nullptr && *done) {
                  EXPECT_EQ(rows, 4000U) << "a smaller dump";
                }
              });
  remove_tree(dir);
}

INSTANTIATE_TEST_SUITE_P(Forms, ScanEveryFault,
                         testing::Values(std::vector<std::string>{}, std::vector<std::string>{"gzip", "-c"},
                                         std::vector<std::string>{"bzip2", "-c"}, std::vector<std::string>{"xz", "-c"},
                                         std::vector<std::string>{"zstd", "-cq"}),
                         [](const auto& one) { return one.param.empty() ? "plain" : one.param.front(); });

}  // namespace
}  // namespace rehearsal
