#include "engine/trace/json.h"

#include <fmt/format.h>

#include "engine/base/utf8.h"

namespace lab::trace {
namespace {

void put_control(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<std::uint8_t>(c)));
  }
}

}  // namespace

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      ++at;
      continue;
    }
    const bool control = static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
    if (length == 1 && control) {
      put_control(out, c);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out + '"';
}

void JsonWriter::comma() {
  if (!fresh_) out_ += ',';
  fresh_ = false;
}
JsonWriter& JsonWriter::open(char bracket) {
  comma();
  out_ += bracket;
  fresh_ = true;
  return *this;
}
JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  fresh_ = false;
  return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
  comma();
  out_ += json_quoted(name);
  out_ += ':';
  fresh_ = true;  // its value follows without a comma
  return *this;
}
JsonWriter& JsonWriter::text(std::string_view value) {
  comma();
  out_ += json_quoted(value);
  return *this;
}
JsonWriter& JsonWriter::number(std::int64_t value) {
  comma();
  out_ += std::to_string(value);
  return *this;
}
JsonWriter& JsonWriter::number(std::uint64_t value) {
  comma();
  out_ += std::to_string(value);
  return *this;
}
JsonWriter& JsonWriter::real(double value, int digits) {
  comma();
  out_ += fmt::format("{:.{}f}", value, digits);
  return *this;
}
JsonWriter& JsonWriter::boolean(bool value) {
  comma();
  out_ += value ? "true" : "false";
  return *this;
}
JsonWriter& JsonWriter::null() {
  comma();
  out_ += "null";
  return *this;
}

}  // namespace lab::trace
