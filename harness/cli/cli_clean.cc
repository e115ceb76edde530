#include <iostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "harness/cli/cli.h"
#include "harness/run/cleaner.h"

namespace rehearsal {

Result<int> command_clean(const CliContext& context, bool keep_clones) {
  REHEARSAL_TRY_SET(const EngineOptions options, engine_options(context, ""));
  REHEARSAL_TRY_SET(const Cleaned cleaned, clean_up(context.options.state, options, keep_clones, context.talk));
  if (context.options.json) {
    const nlohmann::ordered_json json = {
        {"removed", cleaned.removed}, {"kept", cleaned.kept}, {"failed", cleaned.failed}};
    std::cout << json_text(json, 2) << "\n";
  } else {
    for (const std::string& what : cleaned.removed) {
      std::cout << "removed  " << what << "\n";
    }
    for (const std::string& what : cleaned.kept) {
      std::cout << "kept     " << what << "\n";
    }
    for (const std::string& what : cleaned.failed) {
      std::cout << "FAILED   " << what << "\n";
    }
    if (cleaned.removed.empty() && cleaned.failed.empty()) {
      std::cout << "Nothing to clean.\n";
    }
  }
  return cleaned.failed.empty() ? 0 : 2;
}

}  // namespace rehearsal
