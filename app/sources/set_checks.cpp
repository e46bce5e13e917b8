#include "app/sources/set_checks.h"

#include <fmt/format.h>

#include "app/sources/server_properties.h"
#include "engine/broker/config.h"
#include "engine/broker/properties.h"

namespace lab::sources {
namespace {

// "line:19: text" -> "text": there is no file in which the line could be looked up.
Error without_line(const Error& error) {
  if (!error.message.starts_with("line:")) return error;
  const auto end = error.message.find(": ");
  return end == std::string::npos ? error : Error{error.message.substr(end + 2)};
}

}  // namespace

Result<> check_settings(const std::vector<std::pair<std::string, std::string>>& settings) {
  NewServer server;
  server.id = 1;
  server.brokers = 3;
  server.port = 9092;
  server.voters = "1@localhost:10092";
  server.log_dir = "/nowhere";
  std::string text = server_properties(server);
  for (const auto& [name, value] : settings) {
    if (const auto why = why_not_for_all(name); !why.empty()) return Error{why};
    text = with_property(text, name, value);
  }
  const auto loaded = broker::load_config(text, "line");
  if (!loaded) return without_line(loaded.error());
  for (const auto& name : loaded->unknown_names) {
    const std::string near = broker::nearest_property(name);
    return Error{fmt::format("{}: neither Kafka nor Brokerlab knows this property{}", name,
                             near.empty() ? "" : fmt::format(". Did you mean {}?", near))};
  }
  return {};
}

}  // namespace lab::sources
