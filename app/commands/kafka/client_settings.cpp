#include "app/commands/kafka/client_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace lab::commands::kafka {
namespace {

using Properties = std::map<std::string, std::string>;
constexpr std::int64_t most_ms = INT32_MAX;

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// What a property may be. Those without words are numbers.
struct Known {
  std::string_view name;
  int kinds;  // bits of ClientKind
  std::int64_t least = 0, most = most_ms;
  std::vector<std::string_view> words = {};
};
constexpr int bit(ClientKind kind) { return 1 << static_cast<int>(kind); }
constexpr int admins = bit(ClientKind::admin), producers = bit(ClientKind::producer),
              consumers = bit(ClientKind::consumer), all = admins | producers | consumers;

const std::vector<Known>& known_properties() {
  static const std::vector<Known> known{
      {"request.timeout.ms", all, 1},
      {"retry.backoff.ms", all, 1},
      {"metadata.max.age.ms", all, 1},
      {"default.api.timeout.ms", admins, 1},
      {"acks", producers, 0, 0, {"all", "-1", "0", "1"}},
      {"enable.idempotence", producers, 0, 0, {"true", "false"}},
      {"compression.type", producers, 0, 0, {"none", "gzip", "snappy", "lz4", "zstd"}},
      {"linger.ms", producers},
      {"batch.size", producers},
      {"max.request.size", producers},
      {"buffer.memory", producers, 0, std::int64_t{1} << 40},
      {"max.in.flight.requests.per.connection", producers, 1},
      {"delivery.timeout.ms", producers},
      {"max.block.ms", producers},
      {"auto.offset.reset", consumers, 0, 0, {"earliest", "latest", "none"}},
      {"fetch.min.bytes", consumers, 0},
      {"fetch.max.bytes", consumers, 0},
      {"fetch.max.wait.ms", consumers, 0},
      {"max.partition.fetch.bytes", consumers, 0},
      {"isolation.level", consumers, 0, 0, {"read_uncommitted", "read_committed"}},
  };
  return known;
}

// What Brokerlab does not have; empty for all else.
std::string refusal_of(const std::string& name, const std::string& value) {
  if (name == "security.protocol" && value != "PLAINTEXT") return "there is PLAINTEXT only";
  if (name.starts_with("sasl.")) return "there is no SASL";
  if (name.starts_with("ssl.")) return "there is no TLS";
  if (name == "transactional.id") return "there are no transactions";
  if (name == "group.id" || name == "group.instance.id") return "there are no consumer groups";
  return {};
}

std::string value_problem(const Known& known, const std::string& value) {
  if (!known.words.empty()) {
    if (std::find(known.words.begin(), known.words.end(), value) != known.words.end()) return {};
    return fmt::format("String must be one of: {}", fmt::join(known.words, ", "));
  }
  const auto number = number_in(value);
  if (!number) return "Not a number";
  if (*number < known.least) return fmt::format("Value must be at least {}", known.least);
  if (*number > known.most) return fmt::format("Value must be no more than {}", known.most);
  return {};
}

std::optional<std::int64_t> number(const Properties& properties, const char* name) {
  const auto at = properties.find(name);
  return at == properties.end() ? std::nullopt : number_in(at->second);
}
template <class T>
void set(const Properties& properties, const char* name, T& target) {
  if (const auto value = number(properties, name)) target = static_cast<T>(*value);
}
void set_ms(const Properties& properties, const char* name, Duration& target) {
  if (const auto value = number(properties, name)) target = milliseconds(*value);
}
std::string word(const Properties& properties, const char* name) {
  const auto at = properties.find(name);
  return at == properties.end() ? std::string() : at->second;
}

client::NetworkOptions network_options(const ClientSettings& settings) {
  client::NetworkOptions options;
  options.bootstrap = settings.bootstrap;
  set_ms(settings.properties, "request.timeout.ms", options.request_timeout);
  set_ms(settings.properties, "retry.backoff.ms", options.retry_backoff);
  set_ms(settings.properties, "metadata.max.age.ms", options.max_age);
  return options;
}

Result<Address> parse_address(const std::string& text) {
  const Error wrong{fmt::format(
      "Invalid url in bootstrap.servers: {} (write HOST:PORT, for example localhost:9092)",
      text.substr(0, 80))};
  const std::size_t scheme = text.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon <= begin) return wrong;
  std::string host = text.substr(begin, colon - begin);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto port = number_in(text.substr(colon + 1));
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return c > ' ' && c != '/' && c != '[' && c != ']' && c != '\x7f';
  });
  if (host.empty() || !plain || !port || *port < 1 || *port > 65535) return wrong;
  return Address{host, static_cast<std::uint16_t>(*port)};
}

}  // namespace

std::string ClientSettings::client_id(const std::string& otherwise) const {
  const auto id = word(properties, "client.id");
  return id.empty() ? otherwise : id;
}

Result<std::vector<Address>> parse_bootstrap(const std::string& text) {
  std::vector<Address> addresses;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, comma - at);
    std::erase(part, ' ');
    at = comma + 1;
    if (part.empty()) continue;
    auto address = parse_address(part);
    if (!address) return address.error();
    if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
      addresses.push_back(std::move(*address));
    }
  }
  if (addresses.empty()) {
    return Error{"No resolvable bootstrap urls given in bootstrap.servers"};
  }
  return addresses;
}

Result<std::string> check_settings(const ClientSettings& settings, ClientKind kind) {
  std::string notices;
  for (const auto& [name, value] : settings.properties) {
    if (const auto why = refusal_of(name, value); !why.empty()) {
      return Error{fmt::format("{}={}: {} in Brokerlab", name, value, why)};
    }
    const bool plain = name == "bootstrap.servers" || name == "client.id" ||
                       name == "security.protocol" || name.starts_with("key.") ||
                       name.starts_with("value.");
    if (plain) continue;
    const auto& all_known = known_properties();
    const auto known = std::find_if(
        all_known.begin(), all_known.end(), [&name = name, kind](const Known& candidate) {
          return candidate.name == name && (candidate.kinds & bit(kind)) != 0;
        });
    if (known == all_known.end()) {
      notices += fmt::format("{}={} is without effect here\n", name, value);
    } else if (const auto problem = value_problem(*known, value); !problem.empty()) {
      return Error{fmt::format("Invalid value {} for configuration {}: {}", value, name, problem)};
    }
  }
  return notices;
}

client::AdminOptions admin_options(const ClientSettings& settings) {
  client::AdminOptions options;
  options.network = network_options(settings);
  set_ms(settings.properties, "default.api.timeout.ms", options.timeout);
  return options;
}

void apply(const ClientSettings& settings, client::ProducerOptions& options) {
  const auto& given = settings.properties;
  options.network = network_options(settings);
  const std::string acks = word(given, "acks");
  if (acks == "0") options.acks = client::Acks::none;
  if (acks == "1") options.acks = client::Acks::leader;
  if (word(given, "enable.idempotence") == "false") options.idempotence = false;
  set_ms(given, "linger.ms", options.linger);
  set_ms(given, "delivery.timeout.ms", options.delivery_timeout);
  set_ms(given, "max.block.ms", options.max_block);
  set(given, "batch.size", options.batch_size);
  set(given, "max.request.size", options.max_request_size);
  set(given, "buffer.memory", options.buffer_memory);
  set(given, "max.in.flight.requests.per.connection", options.max_in_flight);
  if (const auto codec = protocol::parse_compression(word(given, "compression.type"))) {
    options.compression = *codec;
  }
}

void apply(const ClientSettings& settings, client::ConsumerOptions& options) {
  const auto& given = settings.properties;
  options.network = network_options(settings);
  options.network.auto_create_topics = false;
  const std::string reset = word(given, "auto.offset.reset");
  if (reset == "earliest") options.reset = client::ConsumerOptions::Reset::earliest;
  if (reset == "none") options.reset = client::ConsumerOptions::Reset::none;
  set_ms(given, "fetch.max.wait.ms", options.fetch_max_wait);
  set(given, "fetch.min.bytes", options.fetch_min_bytes);
  set(given, "fetch.max.bytes", options.fetch_max_bytes);
  set(given, "max.partition.fetch.bytes", options.max_partition_fetch_bytes);
}

}  // namespace lab::commands::kafka
