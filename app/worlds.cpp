#include "app/worlds.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "app/sources/cluster_directory.h"
#include "app/sources/live_session.h"
#include "app/sources/port_pairs.h"
#include "app/sources/simulated_session.h"

namespace lab {
namespace {

constexpr std::uint64_t seed = 1;

Result<lessons::World> live_world(const lessons::ClusterKind& kind) {
  namespace fs = std::filesystem;
  std::string path = (fs::temp_directory_path() / "brokerlab-lesson-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) return Error{path + " cannot be made"};
  lessons::World world;
  world.keep = std::shared_ptr<void>(nullptr, [path](void*) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  });
  sources::ClusterOptions options;
  options.directory = path;
  options.brokers = kind.brokers;
  options.base_port = sources::random_base_port(kind.brokers);
  options.set = kind.properties;
  if (!options.base_port) return Error{"there are no free ports between 20000 and 31000"};
  auto directory = sources::ClusterDirectory::prepare(options);
  if (!directory) return directory.error();
  world.source = std::make_unique<sources::LiveSession>(
      std::move(*directory), sources::beside_own_executable("brokerd"), "", [] {});
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
    if (live) return live_world(kind);
    return simulated_world(kind);
  };
}

}  // namespace lab
