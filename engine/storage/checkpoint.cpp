#include "engine/storage/checkpoint.h"

#include <charconv>
#include <limits>

namespace lab::storage {

namespace {

Error at_line(const std::string& file, std::size_t line, const std::string& what) {
  return Error{fmt::format("{}:{}: {}", file, line, what)};
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = text.find_first_not_of(" \t\r", at);
    if (start == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r", start), text.size());
    words.push_back(text.substr(start, at - start));
  }
  return words;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Result<std::int64_t> parse_number(const std::string& file, std::size_t line, std::string_view word,
                                  std::int64_t low, std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) {
    return at_line(file, line, fmt::format("\"{}\" is not a number", word.substr(0, 60)));
  }
  if (value < low || value > high) {
    return at_line(file, line, fmt::format("{} is not within {} and {}", value, low, high));
  }
  return value;
}

Result<std::vector<CheckpointLine>> parse_checkpoint(const std::string& file, std::string_view text,
                                                     std::size_t words_per_line) {
  const auto lines = split_lines(text);
  if (lines.size() < 2) return at_line(file, lines.size() + 1, "the file ends too early");
  const auto version = parse_number(file, 1, lines[0], 0, 0);
  if (!version) {
    return at_line(file, 1,
                   fmt::format("version 0 expected, found \"{}\"", lines[0].substr(0, 60)));
  }
  const auto count = parse_number(file, 2, lines[1], 0, std::numeric_limits<std::int32_t>::max());
  if (!count) return count.error();
  std::vector<CheckpointLine> out;
  for (std::size_t i = 2; i < lines.size(); ++i) {
    CheckpointLine entry{i + 1, split_words(lines[i])};
    if (entry.words.size() != words_per_line) {
      return at_line(
          file, i + 1,
          fmt::format("{} words expected, found {}", words_per_line, entry.words.size()));
    }
    out.push_back(std::move(entry));
  }
  if (out.size() != static_cast<std::size_t>(*count)) {
    return at_line(file, 2, fmt::format("{} entries announced, found {}", *count, out.size()));
  }
  return out;
}

std::string checkpoint_text(const std::vector<std::string>& lines) {
  std::string text = fmt::format("0\n{}\n", lines.size());
  for (const auto& line : lines) text += line + "\n";
  return text;
}

Result<OffsetCheckpoint> parse_offset_checkpoint(const std::string& file, std::string_view text) {
  const auto lines = parse_checkpoint(file, text, 3);
  if (!lines) return lines.error();
  OffsetCheckpoint out;
  for (const auto& [line, words] : *lines) {
    const auto partition =
        parse_number(file, line, words[1], 0, std::numeric_limits<std::int32_t>::max());
    if (!partition) return partition.error();
    const auto offset =
        parse_number(file, line, words[2], 0, std::numeric_limits<std::int64_t>::max());
    if (!offset) return offset.error();
    const TopicPartition key{std::string(words[0]),
                             PartitionIndex(static_cast<std::int32_t>(*partition))};
    if (!out.emplace(key, Offset(*offset)).second) {
      return at_line(file, line, fmt::format("{}-{} is here twice", key.topic, key.partition));
    }
  }
  return out;
}

std::string offset_checkpoint_text(const OffsetCheckpoint& offsets) {
  std::vector<std::string> lines;
  lines.reserve(offsets.size());
  for (const auto& [key, offset] : offsets) {
    lines.push_back(fmt::format("{} {} {}", key.topic, key.partition, offset));
  }
  return checkpoint_text(lines);
}

}  // namespace lab::storage
