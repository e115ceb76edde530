// Scanning text in a test: what was told, in order.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "snapshots/scan/scanner.h"

namespace rehearsal::testing_scan {

struct Told {
  EventKind kind{};
  std::uint64_t begin = 0, end = 0, line = 0, rows = 0;
  std::string schema, object, text, head, rows_text;
  bool first = true, last = true, placeholder = false;

  bool operator==(const Told&) const = default;
};

// A reader that gives at most `chunk` bytes at a time.
inline ByteReader reader_of(std::string_view text, std::size_t chunk) {
  return [text, chunk, at = std::size_t{0}](std::span<char> into) mutable -> Result<std::size_t> {
    const std::size_t n = std::min({into.size(), chunk, text.size() - at});
    std::copy_n(text.data() + at, n, into.data());
    at += n;
    return n;
  };
}

struct Scanned {
  std::vector<Told> told;
  ScanEnd end;
  std::string error;

  // The events of statements: no comments.
  [[nodiscard]] std::vector<Told> statements() const {
    std::vector<Told> result;
    std::copy_if(told.begin(), told.end(), std::back_inserter(result),
                 [](const Told& event) { return event.kind != EventKind::comment; });
    return result;
  }
  [[nodiscard]] std::uint64_t rows() const {
    std::uint64_t total = 0;
    for (const Told& event : told) {
      total += event.rows;
    }
    return total;
  }
};

inline Scanned scan_text(std::string_view text, const ScanSettings& settings = {}, std::size_t chunk = 1U << 20) {
  Scanned scanned;
  const auto end = scan(
      reader_of(text, chunk),
      [&](const DumpEvent& e) -> Result<void> {
        scanned.told.push_back({e.kind, e.begin, e.end, e.line, e.rows, std::string(e.schema), std::string(e.object),
                                std::string(e.text), std::string(e.head), std::string(e.rows_text), e.first, e.last,
                                e.placeholder});
        return {};
      },
      settings);
  if (end) {
    scanned.end = *end;
  } else {
    scanned.error = to_text(end.error());
  }
  return scanned;
}

// Everything that has fooled a dump parser, in one dump.
inline const std::string& hostile_dump() {
  static const std::string dump =
      std::string(
          "/*M!999999\\- enable the sandbox mode */ \n"
          "-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)\n"
          "--\n-- Host: localhost    Database: cloud\n"
          "-- ------------------------------------------------------\n"
          "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\n"
          "CREATE TABLE `odd``name` (\n  `id` int(11) NOT NULL,\n  `v` text DEFAULT ';' COMMENT 'a;b''c',\n"
          "  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"
          "LOCK TABLES `odd``name` WRITE;\n"
          "INSERT INTO `odd``name` VALUES\n(1,'DROP TABLE `x`; CREATE DATABASE y;'),\n"
          "(2,'it''s -- no comment'),\n(3,'/* nor this'),(4,'*/ \\' \\\\'),\n(5,'); INSERT INTO `t` VALUES (9);\n"
          "DELIMITER ;;\nUSE `mysql`;\n-- Dump completed on 2020-01-01  0:00:00\n'),\n(6,\"double \\\" ; "
          "'x'\"),(7,0xDEAD),"
          "(8,_binary '") +
      '\0' +
      std::string("\\0\\Z'),(-9,NULL),(1e-5,'\xF0\x9F\x98\x80#'),(11,'(((')/* ; ( */,(12,')')# ; (\n,(13,5-1--1);\n") +
      "INSERT  IGNORE INTO `other`.`t` (`id`, `values`) VALUES (1,2),(3,4);\r\n"
      "REPLACE INTO t VALUES (1);\n"
      "UNLOCK TABLES;\n"
      "/*!50001 CREATE VIEW `v` AS SELECT\n 1 AS `a`,\n  1 AS `b` */;\n"
      "DELIMITER ;;\n"
      "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER trg BEFORE INSERT ON `t` FOR EACH ROW\n"
      "BEGIN\n  -- a comment ;; in it\n  SET NEW.a = 'x;;';\n  SET NEW.b = 1;\nEND */;;\n"
      "delimiter ;\n"
      "/*!80016 SET this = 'never run' */;\n"
      "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`%` SQL SECURITY DEFINER */\n"
      "/*!50001 VIEW `v` AS select 1 AS `a`,2 AS `b` */;\n"
      "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
      "-- Dump completed on 2026-11-23  8:03:06\n";
  return dump;
}

inline void expect_ranges_are_the_file(const Scanned& scanned, std::string_view dump) {
  std::uint64_t at = 0;
  std::uint64_t line = 1;
  for (const Told& event : scanned.told) {
    ASSERT_EQ(event.begin, at);
    ASSERT_GT(event.end, event.begin);
    ASSERT_EQ(event.line, line);
    line += static_cast<std::uint64_t>(std::count(dump.begin() + static_cast<std::ptrdiff_t>(event.begin),
                                                  dump.begin() + static_cast<std::ptrdiff_t>(event.end), '\n'));
    at = event.end;
  }
  ASSERT_EQ(at, dump.size());
  ASSERT_EQ(scanned.end.bytes, dump.size());
}

// Pieces of one statement joined, so that scans with different windows can be compared.
inline std::vector<Told> whole(const Scanned& scanned) {
  std::vector<Told> result;
  for (const Told& event : scanned.told) {
    if (event.first) {
      result.push_back(event);
    } else {
      Told& before = result.back();
      before.end = event.end;
      before.rows += event.rows;
      before.last = event.last;
      before.text.clear();
      before.rows_text.clear();
    }
  }
  return result;
}

}  // namespace rehearsal::testing_scan
