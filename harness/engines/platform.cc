#include "harness/engines/platform.h"

#include "base/text.h"

namespace rehearsal {

const char* const kPlatformScript = R"(import platform, sys
words = {}
for name in ("/etc/os-release", "/usr/lib/os-release"):
    try:
        with open(name) as lines:
            for line in lines:
                key, _, value = line.strip().partition("=")
                words.setdefault(key, value.strip('"\''))
    except OSError:
        pass
print("-".join((words.get("ID", "linux") + words.get("VERSION_ID", ""), platform.machine(),
                sys.implementation.name + "%d.%d" % sys.version_info[:2],
                sys.base_prefix.strip("/").replace("/", "_") or "root")))
)";

Result<std::string> parse_platform(const std::string& printed) {
  const std::string platform(trim(printed));
  constexpr const char* kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (platform.empty() || platform.find_first_not_of(kAllowed) != std::string::npos) {
    return fail("the runner's interpreter does not say what it is", platform);
  }
  return platform;
}

}  // namespace rehearsal
