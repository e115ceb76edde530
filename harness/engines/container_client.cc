#include "harness/engines/container_client.h"

#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/interrupt.h"

namespace rehearsal {

Command client_command(std::vector<std::string> argv, double timeout_seconds) {
  Command command;
  command.argv = std::move(argv);
  command.environment = own_environment();
  command.timeout_seconds = timeout_seconds;
  return command;
}

Result<std::string> order(std::vector<std::string> argv, double timeout_seconds) {
  Command command = client_command(std::move(argv), timeout_seconds);
  command.heed_interrupt = false;
  std::optional<Stopwatch> asked;
  command.watch = [&](int) -> std::string {
    if (interrupted() && !asked) {
      asked.emplace();
    }
    return asked && asked->seconds() > kAfterInterruptSeconds ? "time" : "";
  };
  return run_checked(command);
}

Result<std::string> question(std::vector<std::string> argv, double timeout_seconds) {
  return run_checked(client_command(std::move(argv), timeout_seconds));
}

Result<std::string> engine_version(EngineKind engine) {
  const std::string program = to_word(engine);
  return engine == EngineKind::docker ? question({program, "version", "--format", "{{.Server.Version}}"}, 20)
                                      : question({program, "info", "--format", "{{.Version.Version}}"}, 30);
}

bool have_image(const std::string& program, const std::string& image) {
  return question({program, "image", "inspect", "--format", "{{.Id}}", image}).has_value();
}

}  // namespace rehearsal
