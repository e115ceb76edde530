// What an answer was made with: the program, what it knew and was asked, the code that answered, and the machine. Two
// runs that differ in one of these may differ for that alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rehearsal {

struct Provenance {
  std::string catalogue;                      // hash of the catalogue's files
  std::string scenario;                       // hash of the scenario's text
  std::string host;                           // this machine's name
  int cores = 0;                              // that the run may use; 0: not known
  std::uint64_t memory_bytes = 0;             // of the machine, or of the limit that it runs under; 0: not known
  std::string engine_version;                 // "docker 27.3.1"; empty where the engine has none
  std::map<std::string, std::string> images;  // image, or folder of a server -> its digest
};

// "2 cores, 24.1 GB"; parts that are not known are left out.
[[nodiscard]] std::string machine_text(const Provenance& provenance);
// All that is known, as what it is and its value, for people and for comparing.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> provenance_lines(const Provenance& provenance);

}  // namespace rehearsal
