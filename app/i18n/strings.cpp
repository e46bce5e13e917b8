#include "app/i18n/strings.h"

#include <algorithm>
#include <vector>

#include "app/i18n/format.h"
#include "app/i18n/tables.h"
#include "engine/base/check.h"

namespace lab::i18n {

Lang lang_of(std::string_view locale) {
  const bool korean =
      locale == "ko" || locale.substr(0, 3) == "ko_" || locale.substr(0, 3) == "ko-";
  return korean ? Lang::ko : Lang::en;
}

std::span<const Entry> entries() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> joined;
    for (const auto table :
         {tables::narration(), tables::timeline(), tables::states(), tables::window(),
          tables::demo(), tables::cluster(), tables::lessons()}) {
      joined.insert(joined.end(), table.begin(), table.end());
    }
    std::sort(joined.begin(), joined.end(),
              [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return joined;
  }();
  return all;
}

std::string_view text(std::string_view key, Lang lang) {
  const std::span<const Entry> all = entries();
  const auto at = std::lower_bound(all.begin(), all.end(), key,
                                   [](const Entry& e, std::string_view k) { return e.key < k; });
  LAB_CHECK_MSG(at != all.end() && at->key == key, std::string(key));
  return lang == Lang::ko ? at->ko : at->en;
}

std::string say(std::string_view key, Lang lang, std::initializer_list<Arg> args) {
  return say(key, lang, std::span<const Arg>(args.begin(), args.size()));
}

std::string say(std::string_view key, Lang lang, std::span<const Arg> args) {
  const std::string_view pattern = text(key, lang);
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t open = pattern.find('{', at);
    if (open == std::string_view::npos) {
      out += pattern.substr(at);
      break;
    }
    out += pattern.substr(at, open - at);
    const std::size_t close = pattern.find('}', open);
    LAB_CHECK_MSG(close != std::string_view::npos, std::string(key));
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    if (name.find('/') != std::string_view::npos) {
      out += particle(name, ending_of(out));
    } else {
      const auto arg =
          std::find_if(args.begin(), args.end(), [&](const Arg& a) { return a.name == name; });
      LAB_CHECK_MSG(arg != args.end(), std::string(key) + " lacks " + std::string(name));
      out += arg->value;
    }
    at = close + 1;
  }
  return out;
}

}  // namespace lab::i18n
