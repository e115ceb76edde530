// What stands around the statements of a dump that a test writes.
#pragma once

#include <string>

namespace rehearsal {

inline const std::string kShortHead = "-- MySQL dump 10.13  Distrib 5.7.30\n-- Host: localhost    Database: d\n";
inline const std::string kDumpEnd = "-- Dump completed on 2024-01-01  0:00:00\n";

}  // namespace rehearsal
