// See console_consumer.h: a record and its line.
#include <fmt/format.h>

#include "app/commands/kafka/console_consumer.h"

namespace lab::commands::kafka {
namespace {

using As = RecordFormat::As;

bool is_true(std::string text) {
  std::erase(text, ' ');
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text == "true";
}

Result<As> deserializer(const std::string& name) {
  constexpr std::string_view package = "org.apache.kafka.common.serialization.";
  const std::pair<std::string_view, As> known[] = {{"StringDeserializer", As::text},
                                                   {"ShortDeserializer", As::int16},
                                                   {"IntegerDeserializer", As::int32},
                                                   {"LongDeserializer", As::int64}};
  for (const auto& [word, as] : known) {
    if (name.starts_with(package) && name.substr(package.size()) == word) return as;
  }
  return Error{fmt::format(
      "{}: Brokerlab has the String-, Short-, Integer- and LongDeserializer of {}* only", name,
      package)};
}

Result<std::string> bytes_as(As as, ByteView bytes) {
  if (as == As::text) return std::string(text_of(bytes));
  const std::size_t width = as == As::int16 ? 2 : as == As::int32 ? 4 : 8;
  if (bytes.size() != width) {
    return Error{fmt::format("Size of data received is not {}", width)};
  }
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  if (as == As::int16) return std::to_string(static_cast<std::int16_t>(number));
  if (as == As::int32) return std::to_string(static_cast<std::int32_t>(number));
  return std::to_string(static_cast<std::int64_t>(number));
}

}  // namespace

Result<RecordFormat> RecordFormat::parse(const std::map<std::string, std::string>& properties) {
  RecordFormat format;
  const std::pair<const char*, bool*> flags[] = {
      {"print.timestamp", &format.timestamp}, {"print.partition", &format.partition},
      {"print.offset", &format.offset},       {"print.epoch", &format.epoch},
      {"print.headers", &format.headers},     {"print.key", &format.key},
      {"print.value", &format.value}};
  const std::pair<const char*, std::string*> texts[] = {
      {"key.separator", &format.key_separator},
      {"line.separator", &format.line_separator},
      {"headers.separator", &format.headers_separator},
      {"null.literal", &format.null_literal}};
  const std::pair<const char*, As*> kinds[] = {{"key.deserializer", &format.key_as},
                                               {"value.deserializer", &format.value_as},
                                               {"headers.deserializer", &format.headers_as}};
  for (const auto& [name, text] : properties) {
    for (const auto& [known, flag] : flags) {
      if (name == known) *flag = is_true(text);
    }
    for (const auto& [known, target] : texts) {
      if (name == known) *target = text;
    }
    for (const auto& [known, target] : kinds) {
      if (name != known) continue;
      const auto as = deserializer(text);
      if (!as) return as.error();
      *target = *as;
    }
  }
  return format;
}

Result<std::string> RecordFormat::text(const client::ConsumerRecord& record) const {
  std::string line;
  const auto shown = [&](const std::optional<Slice>& bytes, As as) -> Result<std::string> {
    return bytes_as(as, bytes ? bytes->view() : bytes_of(null_literal));
  };
  bool any = false;
  // Between two columns; the last one ends the line.
  const auto add = [&](const std::string& text) {
    if (any) line += key_separator;
    line += text;
    any = true;
  };
  if (timestamp && record.timestamp_ms < 0) add("NO_TIMESTAMP");
  if (timestamp && record.timestamp_ms >= 0) {
    add(fmt::format("{}:{}", record.log_append_time ? "LogAppendTime" : "CreateTime",
                    record.timestamp_ms));
  }
  if (partition) add(fmt::format("Partition:{}", record.partition));
  if (offset) add(fmt::format("Offset:{}", record.offset));
  if (epoch) add(fmt::format("Epoch:{}", record.leader_epoch));
  if (headers) {
    std::string all;
    for (const auto& header : record.headers) {
      const auto value_text = shown(header.value, headers_as);
      if (!value_text) return value_text.error();
      if (!all.empty()) all += headers_separator;
      all += fmt::format("{}:{}", header.key, *value_text);
    }
    add(record.headers.empty() ? "NO_HEADERS" : all);
  }
  if (key) {
    const auto key_text = shown(record.key, key_as);
    if (!key_text) return key_text.error();
    add(*key_text);
  }
  if (value) {
    const auto value_text = shown(record.value, value_as);
    if (!value_text) return value_text.error();
    add(*value_text);
  }
  if (any) line += line_separator;
  return line;
}

}  // namespace lab::commands::kafka
