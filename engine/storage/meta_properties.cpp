#include "engine/storage/meta_properties.h"

#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/storage/checkpoint.h"

namespace lab::storage {

namespace {

struct Value {
  std::string text;
  std::size_t line = 0;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\f");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\f") - first + 1);
}

// key=value or key: value lines; '#' and '!' start a comment, as in Java's properties.
Result<std::map<std::string, Value>> parse_pairs(const std::string& file, std::string_view text) {
  std::map<std::string, Value> pairs;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.empty() || row.front() == '#' || row.front() == '!') continue;
    const std::size_t sign = row.find_first_of("=:");
    if (sign == std::string_view::npos) {
      return Error{fmt::format("{}:{}: \"{}\" has no '='", file, line, row.substr(0, 60))};
    }
    pairs[std::string(trimmed(row.substr(0, sign)))] =
        Value{std::string(trimmed(row.substr(sign + 1))), line};
  }
  return pairs;
}

Result<Uuid> parse_uuid(const std::string& file, const Value& value) {
  const auto id = Uuid::parse(value.text);
  if (!id) {
    return Error{fmt::format("{}:{}: \"{}\" is not an id (22 characters of base64url)", file,
                             value.line, value.text.substr(0, 60))};
  }
  return *id;
}

Error lacks(const std::string& file, const char* key) {
  return Error{fmt::format("{}: {} is missing", file, key)};
}

}  // namespace

Result<MetaProperties> parse_meta_properties(const std::string& file, std::string_view text) {
  const auto pairs = parse_pairs(file, text);
  if (!pairs) return pairs.error();
  const auto find = [&](const char* key) -> const Value* {
    const auto it = pairs->find(key);
    return it == pairs->end() ? nullptr : &it->second;
  };
  const Value* version = find("version");
  if (version == nullptr) return lacks(file, "version");
  if (version->text != "1") {
    return Error{
        fmt::format("{}:{}: version {} is not version 1, the only one of KRaft; format the "
                    "directory anew with kafka-storage",
                    file, version->line, version->text.substr(0, 60))};
  }
  MetaProperties meta;
  const Value* cluster = find("cluster.id");
  if (cluster == nullptr || cluster->text.empty()) return lacks(file, "cluster.id");
  meta.cluster_id = cluster->text;
  const Value* node = find("node.id");
  if (node == nullptr) return lacks(file, "node.id");
  const auto id =
      parse_number(file, node->line, node->text, 0, std::numeric_limits<std::int32_t>::max());
  if (!id) return id.error();
  meta.node_id = NodeId(static_cast<std::int32_t>(*id));
  if (const Value* directory = find("directory.id")) {
    const auto uuid = parse_uuid(file, *directory);
    if (!uuid) return uuid.error();
    meta.directory_id = *uuid;
  }
  return meta;
}

std::string meta_properties_text(const MetaProperties& meta) {
  std::string text =
      fmt::format("#\nversion=1\ncluster.id={}\nnode.id={}\n", meta.cluster_id, meta.node_id);
  if (meta.directory_id) text += fmt::format("directory.id={}\n", *meta.directory_id);
  return text;
}

Result<CleanShutdown> parse_clean_shutdown(const std::string& file, std::string_view text) {
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  const auto number = [&](const char* key) -> std::optional<std::int64_t> {
    if (!json.is_object() || !json.contains(key) || !json[key].is_number_integer()) return {};
    return json[key].get<std::int64_t>();
  };
  const auto version = number("version");
  const auto epoch = number("brokerEpoch");
  if (!version || *version != 0 || !epoch) {
    return Error{file + ": not {\"version\":0,\"brokerEpoch\":N}"};
  }
  return CleanShutdown{BrokerEpoch(*epoch)};
}

std::string clean_shutdown_text(const CleanShutdown& mark) {
  return fmt::format("{{\"version\":0,\"brokerEpoch\":{}}}", mark.broker_epoch);
}

Result<Uuid> parse_partition_metadata(const std::string& file, std::string_view text) {
  const auto pairs = parse_pairs(file, text);
  if (!pairs) return pairs.error();
  const auto version = pairs->find("version");
  if (version == pairs->end()) return lacks(file, "version");
  if (version->second.text != "0") {
    return Error{fmt::format("{}:{}: version 0 expected, found \"{}\"", file, version->second.line,
                             version->second.text.substr(0, 60))};
  }
  const auto topic = pairs->find("topic_id");
  if (topic == pairs->end()) return lacks(file, "topic_id");
  const auto id = parse_uuid(file, topic->second);
  if (!id) return id.error();
  if (id->is_zero()) {
    return Error{fmt::format("{}:{}: topic_id must not be zero", file, topic->second.line)};
  }
  return *id;
}

std::string partition_metadata_text(const Uuid& topic_id) {
  return fmt::format("version: 0\ntopic_id: {}", topic_id);
}

}  // namespace lab::storage
