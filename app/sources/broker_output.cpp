#include "app/sources/broker_output.h"

#include <fstream>
#include <string_view>

namespace lab::sources {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

// "[2026-11-23 14:32:06,404] ERROR text (logger)" -> "text"
std::string text_of_line(std::string line) {
  constexpr std::string_view mark = "] ERROR ";
  const auto at = line.find(mark);
  if (at != std::string::npos) line = line.substr(at + mark.size());
  const auto logger = line.rfind(" (");
  if (at != std::string::npos && logger != std::string::npos && line.back() == ')') {
    line.resize(logger);
  }
  return line;
}

}  // namespace

std::string first_error(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line, last;
  std::size_t read = 0;
  while (read < most_bytes && std::getline(in, line)) {
    read += line.size() + 1;
    if (line.find("] ERROR ") != std::string::npos) return text_of_line(line);
    if (!line.empty() && line.find("] INFO ") == std::string::npos) last = line;
  }
  return last;
}

}  // namespace lab::sources
