#include "reports/provenance.h"

#include "base/text.h"

namespace rehearsal {

std::string machine_text(const Provenance& provenance) {
  std::vector<std::string> parts;
  if (provenance.cores > 0) {
    parts.push_back(plural(static_cast<std::uint64_t>(provenance.cores), "core"));
  }
  if (provenance.memory_bytes > 0) {
    parts.push_back(human_bytes(provenance.memory_bytes) + " of memory");
  }
  return join(parts, ", ");
}

std::vector<std::pair<std::string, std::string>> provenance_lines(const Provenance& provenance) {
  std::vector<std::pair<std::string, std::string>> lines;
  const auto add = [&](const std::string& what, const std::string& value) {
    if (!value.empty()) {
      lines.emplace_back(what, value);
    }
  };
  add("catalogue", provenance.catalogue);
  add("scenario", provenance.scenario);
  add("host", provenance.host);
  add("machine", machine_text(provenance));
  add("engine version", provenance.engine_version);
  for (const auto& [image, digest] : provenance.images) {
    add("image " + image, digest);
  }
  return lines;
}

}  // namespace rehearsal
