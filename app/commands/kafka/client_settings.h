// Where a tool connects and with which client settings: --bootstrap-server, and the properties of
// --command-config and --command-property. Shared by the parsers of this folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/client/admin.h"
#include "engine/client/consumer.h"
#include "engine/client/producer.h"

namespace lab::commands::kafka {

struct ClientSettings {
  std::vector<Address> bootstrap;
  std::map<std::string, std::string> properties;  // of Kafka's clients, by Kafka's names
  bool operator==(const ClientSettings&) const = default;

  // The client.id that the properties name; else `otherwise`.
  std::string client_id(const std::string& otherwise) const;
};

// "localhost:9092,localhost:9093", as bootstrap.servers; "[::1]:9092" too.
Result<std::vector<Address>> parse_bootstrap(const std::string& text);

enum class ClientKind : std::uint8_t { admin, producer, consumer };

// An error for a property that cannot be obeyed and whose neglect would change safety, security or
// meaning (sasl.*, transactional.id, group.id, …) or whose value is none; otherwise what to say of
// those that have no effect here, a line each.
Result<std::string> check_settings(const ClientSettings& settings, ClientKind kind);

// The options with what the settings say, where check_settings is content.
client::AdminOptions admin_options(const ClientSettings& settings);
void apply(const ClientSettings& settings, client::ProducerOptions& options);
void apply(const ClientSettings& settings, client::ConsumerOptions& options);

}  // namespace lab::commands::kafka
