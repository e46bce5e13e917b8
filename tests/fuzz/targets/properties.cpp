// Texts of server.properties: what is read can be written so that the same is read, and a file is
// taken or refused with a reason.
#include "engine/broker/properties.h"
#include "engine/broker/config.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {

void run_properties(ByteView input) {
  const std::string_view text = text_of(input);
  const auto properties = broker::parse_properties(text, "fuzz.properties");
  if (properties) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& each : properties->entries) entries.emplace_back(each.key, each.value);
    const auto again = broker::parse_properties(broker::write_properties(entries), "again");
    promise(again.ok() && again->entries.size() == entries.size(), "as many properties come back");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      promise(again->entries[i].key == entries[i].first, "a name comes back the same");
      promise(again->entries[i].value == entries[i].second, "a value comes back the same");
    }
  }
  const auto loaded = broker::load_config(text, "fuzz.properties");
  if (!loaded) return promise(!loaded.error().message.empty(), "a refusal has a reason");
  promise(properties.ok(), "a configuration is made of properties");
  promise(loaded->config.node_id.v >= 0, "a node has an id");
  promise(loaded->config.role_broker || loaded->config.role_controller, "a node has a role");
  promise(!loaded->config.controller_quorum_voters.empty(), "a quorum has voters");
}

std::vector<ByteBuffer> seeds_properties() {
  const std::string_view broker =
      "# the lab's\nnode.id=1\nprocess.roles=broker,controller\n"
      "listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:10092\n"
      "advertised.listeners=PLAINTEXT://localhost:9092\n"
      "controller.listener.names=CONTROLLER\n"
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
      "controller.quorum.voters=1@localhost:10092,2@[::1]:10093\n"
      "log.dirs=/tmp/data\nlog.retention.hours=1\nnum.partitions = 3\n"
      "broker.heartbeat.interval.ms:200\nlog.cleanup.policy=delete\n";
  const std::string_view odd =
      "a\\ key=b\\\n   c\\u0041\\t!\n! comment\nempty\nnode.id=1\nnode.id=2\nunknown.name = "
      "x\\\\\n";
  std::vector<ByteBuffer> seeds;
  for (const auto text : {broker, odd}) {
    seeds.emplace_back(bytes_of(text).begin(), bytes_of(text).end());
  }
  return seeds;
}

}  // namespace lab::fuzz
