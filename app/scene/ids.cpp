// Ids in words and back: "replica/orders-0/2" is kind, name-and-number, node. One table says which
// numbers a kind has.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "app/scene/display_list.h"

namespace lab::scene {
namespace {

// What stands behind the kind's word.
enum class Form : std::uint8_t {
  word,            // quorum
  node,            // broker/2                 a
  pair,            // link/1/2                 a, b
  name,            // client/producer-1        name
  name_node,       // connection/producer-1/2  name, a
  partition,       // belief/orders-0          name, b
  partition_node,  // replica/orders-0/2       name, b, a
  partition_pair,  // stream/orders-0/1/2      name, c, a, b
};

struct KindInfo {
  Kind kind;
  std::string_view word;
  Form form;
};
constexpr std::array kinds{
    KindInfo{Kind::broker, "broker", Form::node},
    KindInfo{Kind::replica, "replica", Form::partition_node},
    KindInfo{Kind::client, "client", Form::name},
    KindInfo{Kind::link, "link", Form::pair},
    KindInfo{Kind::stream, "stream", Form::partition_pair},
    KindInfo{Kind::connection, "connection", Form::name_node},
    KindInfo{Kind::group, "group", Form::name},
    KindInfo{Kind::controller, "controller", Form::node},
    KindInfo{Kind::quorum, "quorum", Form::word},
    KindInfo{Kind::metadata, "metadata", Form::word},
    KindInfo{Kind::belief, "belief", Form::partition},
    KindInfo{Kind::folded, "folded", Form::name_node},
    KindInfo{Kind::counts, "counts", Form::node},
    KindInfo{Kind::more, "more", Form::name},
    KindInfo{Kind::action, "action", Form::name},
    KindInfo{Kind::lane, "lane", Form::node},
    KindInfo{Kind::event, "event", Form::node},
    KindInfo{Kind::sign, "sign", Form::word},
    KindInfo{Kind::ruler, "ruler", Form::word},
    KindInfo{Kind::station, "station", Form::node},
    KindInfo{Kind::narration, "narration", Form::word},
    KindInfo{Kind::legend, "legend", Form::word},
    KindInfo{Kind::caption, "caption", Form::word},
};

const KindInfo& info_of(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

// Takes "/7" (or "-7" for a partition) off the end of `text`; nothing where there is none.
std::optional<std::int64_t> take_number(std::string_view& text, char before) {
  const std::size_t at = text.rfind(before);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(at + 1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  text = text.substr(0, at);
  return value;
}

bool take(std::string_view& text, char before, std::int64_t& into) {
  const auto number = take_number(text, before);
  if (number) into = *number;
  return number.has_value();
}

// Reads the numbers of the form from the end; what is left is the name.
bool read(std::string_view& rest, Form form, Id& id) {
  switch (form) {
    case Form::word:
    case Form::name:
      return true;
    case Form::node:
      return take(rest, '/', id.a);
    case Form::pair:
      return take(rest, '/', id.b) && take(rest, '/', id.a);
    case Form::name_node:
      return take(rest, '/', id.a);
    case Form::partition:
      return take(rest, '-', id.b);
    case Form::partition_node:
      return take(rest, '/', id.a) && take(rest, '-', id.b);
    case Form::partition_pair:
      return take(rest, '/', id.b) && take(rest, '/', id.a) && take(rest, '-', id.c);
  }
  return false;
}

bool named(Form form) { return form != Form::word && form != Form::node && form != Form::pair; }

}  // namespace

std::string Scene::text(const Id& id) const {
  const KindInfo& info = info_of(id.kind);
  const std::string_view name =
      id.name < names.size() ? std::string_view(names[id.name]) : std::string_view();
  switch (info.form) {
    case Form::word:
      return std::string(info.word);
    case Form::node:
      return fmt::format("{}/{}", info.word, id.a);
    case Form::pair:
      return fmt::format("{}/{}/{}", info.word, id.a, id.b);
    case Form::name:
      return fmt::format("{}/{}", info.word, name);
    case Form::name_node:
      return fmt::format("{}/{}/{}", info.word, name, id.a);
    case Form::partition:
      return fmt::format("{}/{}-{}", info.word, name, id.b);
    case Form::partition_node:
      return fmt::format("{}/{}-{}/{}", info.word, name, id.b, id.a);
    case Form::partition_pair:
      return fmt::format("{}/{}-{}/{}/{}", info.word, name, id.c, id.a, id.b);
  }
  return {};
}

std::optional<Id> Scene::parse(std::string_view id) const {
  for (const KindInfo& info : kinds) {
    if (id.substr(0, info.word.size()) != info.word) continue;
    std::string_view rest = id.substr(info.word.size());
    if (!rest.empty() && rest.front() != '/') continue;
    Id parsed;
    parsed.kind = info.kind;
    if (!read(rest, info.form, parsed)) return std::nullopt;
    if (!named(info.form)) return rest.empty() ? std::optional(parsed) : std::nullopt;
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);
    for (std::uint32_t i = 0; i < names.size(); ++i) {
      parsed.name = i;
      if (names[i] == rest) return parsed;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Box> Scene::find(std::string_view id) const {
  const auto wanted = parse(id);
  if (!wanted) return std::nullopt;
  for (const Element& element : elements) {
    if (element.id == *wanted) return element.box;
  }
  return std::nullopt;
}

}  // namespace lab::scene
