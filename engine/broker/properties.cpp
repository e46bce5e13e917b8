// The reading follows java.util.Properties: logical lines first (comments and blank lines dropped,
// continuations joined), then key, separator and value, then escapes.
#include "engine/broker/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace lab::broker {
namespace {

constexpr std::size_t max_text = 1024 * 1024;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// Cuts the text into natural lines at \n, \r or \r\n.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::optional<std::string_view> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const auto end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    const auto line = text_.substr(at_, end - at_);
    at_ = end + 1;
    if (end + 1 < text_.size() && text_[end] == '\r' && text_[end + 1] == '\n') ++at_;
    ++number_;
    return line;
  }
  int number() const { return number_; }  // of the line that next() gave last, from 1

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int number_ = 0;
};

std::string_view without_leading_blanks(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && blank(line[at])) ++at;
  return line.substr(at);
}

// An odd number of backslashes at the end joins the next line.
bool continues(std::string_view line) {
  std::size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

void put_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// False where a \u is not followed by four hexadecimal digits.
bool unescape(std::string_view raw, std::string& out) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 >= raw.size()) {
      if (raw[i] != '\\') out += raw[i];
      continue;
    }
    const char c = raw[++i];
    if (c != 'u') {
      out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
      continue;
    }
    if (raw.size() - i < 5) return false;
    unsigned code = 0;
    for (std::size_t k = 1; k <= 4; ++k) {
      const int digit = hex_digit(raw[i + k]);
      if (digit < 0) return false;
      code = code * 16 + static_cast<unsigned>(digit);
    }
    put_utf8(out, code);
    i += 4;
  }
  return true;
}

// Where the key of a logical line ends: at the first '=', ':' or blank that is not escaped.
std::size_t key_end(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] != '=' && line[at] != ':' && !blank(line[at])) {
    at += line[at] == '\\' ? 2 : 1;
  }
  return std::min(at, line.size());
}

std::string_view value_part(std::string_view line, std::size_t after_key) {
  auto rest = without_leading_blanks(line.substr(after_key));
  if (!rest.empty() && (rest[0] == '=' || rest[0] == ':')) rest.remove_prefix(1);
  return without_leading_blanks(rest);
}

void append_escaped(std::string& out, std::string_view text, bool is_key) {
  bool leading = true;
  for (const char c : text) {
    const bool escape_blank = c == ' ' && (is_key || leading);
    if (c == '\\' || escape_blank || (is_key && (c == '=' || c == ':'))) {
      out += '\\';
      out += c;
    } else if (c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      out += c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\f";
    } else if (is_key && leading && (c == '#' || c == '!')) {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ') {  // as java.util.Properties stores them
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
    leading = leading && c == ' ' && !is_key;
  }
}

}  // namespace

const Property* Properties::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const Property& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

std::string Properties::get(std::string_view key, std::string otherwise) const {
  const Property* found = find(key);
  return found ? found->value : std::move(otherwise);
}

Result<Properties> parse_properties(std::string_view text, const std::string& filename) {
  if (text.size() > max_text) return Error{filename + ": larger than 1 MiB"};
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(nul), '\n');
    return Error{fmt::format("{}:{}: a NUL byte: this is no text", filename, line)};
  }
  Properties result;
  Lines lines(text);
  while (const auto natural = lines.next()) {
    std::string logical(without_leading_blanks(*natural));
    if (logical.empty() || logical[0] == '#' || logical[0] == '!') continue;
    const int first_line = lines.number();
    while (continues(logical)) {
      logical.pop_back();
      const auto more = lines.next();
      if (!more) break;
      logical += without_leading_blanks(*more);
    }
    const auto end = key_end(logical);
    Property entry{{}, {}, first_line};
    const std::string_view line = logical;
    if (!unescape(line.substr(0, end), entry.key) ||
        !unescape(value_part(line, end), entry.value)) {
      return Error{fmt::format("{}:{}: Malformed \\uxxxx encoding.", filename, first_line)};
    }
    if (const Property* before = result.find(entry.key)) {
      result.warnings.push_back(fmt::format("{}:{}: {} was already set in line {}: this one counts",
                                            filename, first_line, entry.key, before->line));
      result.entries.erase(result.entries.begin() + (before - result.entries.data()));
    }
    result.entries.push_back(std::move(entry));
  }
  return result;
}

std::string write_properties(const std::vector<std::pair<std::string, std::string>>& entries,
                             const std::string& comment) {
  std::string out;
  if (!comment.empty()) out += "#" + comment + "\n";
  for (const auto& [key, value] : entries) {
    append_escaped(out, key, true);
    out += '=';
    append_escaped(out, value, false);
    out += '\n';
  }
  return out;
}

}  // namespace lab::broker
