#include "app/lessons/why.h"

#include <algorithm>
#include <set>

namespace lab::lessons {

std::vector<WhyLine> why_it_happened(const model::ClusterModel& model, Instant from, Instant to,
                                     i18n::Lang lang, std::size_t most) {
  std::vector<WhyLine> lines;
  std::set<std::string> said;  // events that belong together give one sentence
  const auto& events = model.log().events();
  for (std::size_t i = model.log().at_or_after(from); i < events.size(); ++i) {
    if (events[i].at() > to) break;
    auto sentence = model::narrate(model, events[i], lang);
    if (!sentence || !said.insert(sentence->text()).second) continue;
    const Instant at = events[i].at();
    lines.push_back({at, Duration{}, std::move(*sentence)});
  }
  // Where there is too much, what is quiet goes first, the newest of it before the older.
  for (auto at = lines.size(); lines.size() > most && at-- > 1;) {
    if (lines[at].sentence.tone != model::Tone::quiet) continue;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (lines.size() > most) lines.resize(most);
  for (WhyLine& line : lines) line.after = line.at - lines.front().at;
  return lines;
}

}  // namespace lab::lessons
