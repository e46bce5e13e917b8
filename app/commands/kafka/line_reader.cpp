// See console_producer.h: a line and its record.
#include <fmt/format.h>

#include "app/commands/kafka/console_producer.h"

namespace lab::commands::kafka {
namespace {

bool is_true(const std::string& text) {
  std::string word;
  for (const char c : text) {
    if (c != ' ' && c != '\t') word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return word == "true";
}

// Kafka splits the headers by a regular expression; here the separator is plain text.
std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = separator.empty() ? std::string::npos : text.find(separator, at);
    parts.push_back(text.substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) break;
    at = end + separator.size();
  }
  return parts;
}

}  // namespace

Result<LineReader> LineReader::parse(const std::map<std::string, std::string>& properties) {
  LineReader reader;
  for (const auto& [name, text] : properties) {
    if (name == "parse.key") reader.parse_key = is_true(text);
    if (name == "parse.headers") reader.parse_headers = is_true(text);
    if (name == "ignore.error") reader.ignore_error = is_true(text);
    if (name == "key.separator") reader.key_separator = text;
    if (name == "headers.delimiter") reader.headers_delimiter = text;
    if (name == "headers.separator") reader.headers_separator = text;
    if (name == "headers.key.separator") reader.headers_key_separator = text;
    if (name == "null.marker") reader.null_marker = text;
  }
  const std::pair<const char*, const std::string*> parts[] = {
      {"headers.delimiter", &reader.headers_delimiter},
      {"headers.separator", &reader.headers_separator},
      {"headers.key.separator", &reader.headers_key_separator}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = i + 1; j < 3; ++j) {
      if (*parts[i].second != *parts[j].second) continue;
      return Error{fmt::format("{} and {} may not be equal", parts[i].first, parts[j].first)};
    }
  }
  if (!reader.null_marker) return reader;
  if (*reader.null_marker == reader.key_separator) {
    return Error{"null.marker and key.separator may not be equal"};
  }
  for (const auto& [name, text] : parts) {
    if (*reader.null_marker == *text) {
      return Error{fmt::format("null.marker and {} may not be equal", name)};
    }
  }
  return reader;
}

Result<client::ProducerRecord> LineReader::read(const std::string& line,
                                                std::uint64_t number) const {
  client::ProducerRecord record;
  std::size_t at = 0;
  // What stands before `separator`, from `at` on; nullopt where it is not there and that is fine.
  const auto part = [&](const std::string& separator,
                        const char* what) -> Result<std::optional<std::string>> {
    const std::size_t end = line.find(separator, at);
    if (end == std::string::npos && ignore_error) return std::optional<std::string>();
    if (end == std::string::npos) {
      return Error{fmt::format("No {} found on line number {}: '{}'", what, number, line)};
    }
    std::string text = line.substr(at, end - at);
    at = end + separator.size();
    return std::optional(std::move(text));
  };
  const auto is_null = [this](const std::string& text) { return null_marker == text; };
  if (parse_headers) {
    const auto headers = part(headers_delimiter, "headers delimiter");
    if (!headers) return headers.error();
    const bool any = *headers && !is_null(**headers);
    for (const auto& pair :
         any ? split(**headers, headers_separator) : std::vector<std::string>{}) {
      const std::size_t colon = pair.find(headers_key_separator);
      if (colon == std::string::npos && !ignore_error) {
        return Error{fmt::format("No header key separator found in pair '{}' on line number {}",
                                 pair, number)};
      }
      auto& header = record.headers.emplace_back();
      header.key = pair.substr(0, colon);
      if (is_null(header.key)) {
        return Error{fmt::format(
            "Header keys should not be equal to the null marker '{}' as they can't be null",
            *null_marker)};
      }
      if (colon == std::string::npos) continue;
      const std::string text = pair.substr(colon + headers_key_separator.size());
      if (!is_null(text)) header.value = Slice::copy(text);
    }
  }
  if (parse_key) {
    const auto key = part(key_separator, "key separator");
    if (!key) return key.error();
    if (*key && !is_null(**key)) record.key = Slice::copy(**key);
  }
  const std::string value = line.substr(at);
  if (!is_null(value)) record.value = Slice::copy(value);
  return record;
}

}  // namespace lab::commands::kafka
