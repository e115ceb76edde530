#include "harness/cli/golden_list.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rehearsal {
namespace {

constexpr std::int64_t kNow = 1'795'392'000;  // 2026-11-23T00:00:00Z

GoldenInfo golden(const std::string& key) {
  GoldenInfo info;
  info.manifest.key = key;
  info.manifest.bytes = 1'200'000'000;
  info.manifest.rows = 4'900'000;
  info.manifest.verified = true;
  info.manifest.root_password = "s3cret";
  info.manifest.server_version = "mariadb 10.11.14";
  info.manifest.dumps = {"prod.sql.zst", "cells.sql"};
  info.manifest.dumped = {"2026-11-20 8:02:11", ""};
  info.manifest.created = "2026-11-20T00:00:00Z";
  info.manifest.used = "2026-11-22T22:00:00Z";
  return info;
}

TEST(GoldenList, TellsSizeAgeOriginAndUse) {
  const std::string text = golden_table({golden("4be1c0ffee1234567890")}, kNow);
  for (const char* part : {"4be1c0ffee12 ", "1.2 GB", "4,900,000", "3 days ago", "2 h ago", "free",
                           "prod.sql.zst (dumped 2026-11-20 8:02:11), cells.sql; mariadb 10.11.14"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
  }
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
}

TEST(GoldenList, SaysWhichOneADeeperProofHasRefused) {
  GoldenInfo refused = golden("k");
  refused.manifest.verified = false;
  EXPECT_NE(golden_table({refused}, kNow).find("not proven"), std::string::npos);
}

TEST(GoldenList, WhatWasUsedSecondsAgoWasUsedJustNow) {
  GoldenInfo used = golden("k");
  used.manifest.used = "2026-11-22T23:59:30Z";
  EXPECT_NE(golden_table({used}, kNow).find("just now"), std::string::npos);
}

TEST(GoldenList, AShownKeyIsEnoughToNameOne) {
  const std::string text = golden_table({golden("4be1c0ffee1234567890-a"), golden("4be1c0ffee1234567890-b")}, kNow);
  EXPECT_NE(text.find("4be1c0ffee1234567890-a "), std::string::npos) << text;
  EXPECT_NE(text.find("4be1c0ffee1234567890-b "), std::string::npos) << text;
}

TEST(GoldenList, SaysWhatHoldsOneAndWhatCannotBeRead) {
  GoldenInfo held = golden("held");
  held.held_by = "/store/runs/r/data.layer";
  GoldenInfo used = golden("used");
  used.in_use = true;
  GoldenInfo broken;
  broken.manifest.key = "broken";
  broken.unreadable = "the manifest ends too early";
  const std::string text = golden_table({held, used, broken}, kNow);
  EXPECT_NE(text.find("reads from it: /store/runs/r/data.layer"), std::string::npos) << text;
  EXPECT_NE(text.find("in use"), std::string::npos) << text;
  EXPECT_NE(text.find("the manifest ends too early"), std::string::npos) << text;
  EXPECT_EQ(golden_json(held, kNow)["held_by"], "/store/runs/r/data.layer");
  EXPECT_TRUE(golden_json(used, kNow)["held_by"].is_null());
  EXPECT_EQ(golden_json(broken, kNow)["unreadable"], "the manifest ends too early");
  EXPECT_TRUE(golden_json(broken, kNow)["unused_seconds"].is_null());
}

TEST(GoldenList, JsonHasTheAgesAndNoPassword) {
  const nlohmann::json json = golden_json(golden("k"), kNow);
  EXPECT_EQ(json["age_seconds"], 3 * 86400);
  EXPECT_EQ(json["unused_seconds"], 7200);
  EXPECT_EQ(json["dumped"][0], "2026-11-20 8:02:11");
  EXPECT_FALSE(json.contains("root_password"));
}

}  // namespace
}  // namespace rehearsal
