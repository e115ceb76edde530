// A dump carries connection strings to production's databases, and the services' commands would follow them.

#include <atomic>
#include <thread>

#include "integration/program.h"
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rehearsal {
namespace {

namespace fs = std::filesystem;

// Stands for production's database host: counts who connects.
class Production {
 public:
  explicit Production(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listening_ =
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(socket_, 16) == 0;
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, 100) == 1 && (ready.revents & POLLIN) != 0) {
          const int guest = ::accept(socket_, nullptr, nullptr);
          if (guest >= 0) {
            ++connections_;
            ::close(guest);
          }
        }
      }
    });
  }
  Production(const Production&) = delete;
  Production& operator=(const Production&) = delete;
  ~Production() {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
  }
  [[nodiscard]] bool listening() const { return listening_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  int socket_;
  bool listening_ = false;
  std::atomic<int> connections_{0};
  std::jthread thread_;
};

// The mapping rows of this dump name 127.0.0.1:13311, where a server listens on the machine that rehearses.
TEST(Isolation, AMappedProductionHostIsNeverConnectedTo) {
  constexpr std::uint16_t kPort = 13311;
  Production production(kPort);
  ASSERT_TRUE(production.listening()) << "port " << kPort << " is taken";

  const fs::path out = make_unique_dir(fs::temp_directory_path(), "rehearsal-isolation").value();
  const fs::path scenario = out / "scenario.toml";
  const fs::path dump = case_folder("nova-truncated-network-info-blocks-online-migration") / "dump.sql.gz";
  ASSERT_TRUE(write_file(scenario, "[path]\nfrom = \"2023.1\"\nto = \"2023.1\"\n[snapshot]\ndumps = [\"" +
                                       dump.string() +
                                       "\"]\n[service.nova]\nversions = { \"2023.1\" = \"27.0.0\" }\n"));
  const auto result =
      run_process(rehearse_command({"run", scenario.string(), "--engine", "process", "--out", out.string()}));
  ASSERT_TRUE(result) << to_text(result.error());
  EXPECT_EQ(production.connections(), 0);

  // The commands did work on the cells, and the report says what was rewritten.
  const auto text = read_file(out / "report.json");
  ASSERT_TRUE(text) << result->err;
  const auto report = nlohmann::json::parse(*text);
  EXPECT_EQ(report.at("verdict"), "NO-GO");
  std::size_t rewritten = 0;
  for (const auto& adaptation : report.at("snapshot").at("adaptations")) {
    rewritten += adaptation.get<std::string>().find("database_connection") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(rewritten, 2U) << report.at("snapshot").at("adaptations");
  remove_tree(out);
}

}  // namespace
}  // namespace rehearsal
