// A writer of JSON: keeps the commas, escapes the text. The recording, the event lines and the
// lab's snapshot call it. It reads nothing and holds only the text so far.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lab::trace {

// `text` quoted; bytes that are no UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

class JsonWriter {
 public:
  JsonWriter& open(char bracket);   // '{' or '['
  JsonWriter& close(char bracket);  // '}' or ']'
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(std::uint64_t value);
  JsonWriter& real(double value, int digits);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  std::string take() { return std::move(out_); }

 private:
  void comma();
  std::string out_;
  bool fresh_ = true;  // nothing before at this level
};

}  // namespace lab::trace
