#include "app/worlds.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/sources/cluster_directory.h"
#include "app/sources/live_session.h"
#include "app/sources/port_pairs.h"
#include "app/sources/simulated_session.h"

namespace lab {
namespace {

constexpr std::uint64_t seed = 1;

// The port that Kafka's own quick start has, where the lesson's cluster can have it.
std::optional<std::uint16_t> base_port_for(int brokers, std::optional<std::uint16_t> wished) {
  if (!wished) return sources::random_base_port(brokers);
  for (int i = 0; i < brokers; ++i) {
    const int port = *wished + i;
    if (!sources::port_free(static_cast<std::uint16_t>(port)) ||
        !sources::port_free(static_cast<std::uint16_t>(port + 1000))) {
      return sources::random_base_port(brokers);
    }
  }
  return wished;
}

Result<lessons::World> live_world(const lessons::ClusterKind& kind,
                                  std::optional<std::uint16_t> port,
                                  const std::function<void()>& wake) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  if (error) return Error{"the temporary directory (TMPDIR): " + error.message()};
  std::string path = (temporary / "brokerlab-lesson-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    return Error{path + ": " + std::generic_category().message(errno)};
  }
  lessons::World world;
  world.keep = std::shared_ptr<void>(nullptr, [path](void*) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  });
  sources::ClusterOptions options;
  options.directory = path;
  options.brokers = kind.brokers;
  options.base_port = base_port_for(kind.brokers, port);
  options.set = kind.properties;
  if (!options.base_port) return Error{"there are no free ports between 20000 and 31000"};
  auto directory = sources::ClusterDirectory::prepare(options);
  if (!directory) return directory.error();
  world.source = std::make_unique<sources::LiveSession>(
      std::move(*directory), sources::beside_own_executable("brokerd"), "", wake);
  return world;
}

lessons::World simulated_world(const lessons::ClusterKind& kind) {
  sources::SimulatedOptions options;
  options.seed = seed;
  options.brokers = kind.brokers;
  options.set = kind.properties;
  auto session = std::make_unique<sources::SimulatedSession>(std::move(options));
  session->set_pace(0);
  lessons::World world;
  world.pass = [&simulated = *session](Duration time) { simulated.run_for(time); };
  world.source = std::move(session);
  return world;
}

}  // namespace

lessons::MakeWorld worlds() {
  return [](const lessons::ClusterKind& kind, bool live) -> Result<lessons::World> {
    if (live) return live_world(kind, std::nullopt, [] {});
    return simulated_world(kind);
  };
}

Result<lessons::World> window_world(const lessons::ClusterKind& kind,
                                    std::optional<std::uint64_t> simulated, std::uint16_t port,
                                    const std::function<void()>& wake) {
  if (!simulated || kind.live) return live_world(kind, port, wake);
  sources::SimulatedOptions options;
  options.seed = *simulated;
  options.brokers = kind.brokers;
  options.set = kind.properties;
  lessons::World world;
  world.source = std::make_unique<sources::SimulatedSession>(std::move(options));
  return world;
}

}  // namespace lab
