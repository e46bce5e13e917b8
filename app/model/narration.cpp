#include "app/model/narration.h"

#include "app/i18n/format.h"
#include "app/model/narrator.h"
#include "app/model/phrases.h"

namespace lab::model {
namespace {

constexpr std::size_t look_back = 400;      // events
constexpr Duration old_news = seconds(30);  // a healthy cluster then says how it stands

struct Health {
  std::int64_t all = 0, under = 0, leaderless = 0;
};

Health health_of(const ClusterModel& model) {
  Health health;
  for (const auto& [id, partition] : model.partitions()) {
    if (partition.agreed == nullptr) continue;
    ++health.all;
    if (partition.agreed->leader == no_node) ++health.leaderless;
    if (partition.agreed->under_replicated()) ++health.under;
  }
  return health;
}

bool never_failed(const ClusterModel& model) {
  if (!model.failovers().empty()) return false;
  for (const auto& [id, broker] : model.brokers()) {
    if (!broker.alive.value_or(true)) return false;
  }
  return true;
}

}  // namespace

std::optional<Sentence> narrate(const ClusterModel& model, const LoggedEvent& event,
                                i18n::Lang lang) {
  return std::visit(Narrator(model, event, lang), event.event->payload);
}

Sentence narrate_state(const ClusterModel& model, i18n::Lang lang) {
  using i18n::say;
  Sentence out;
  out.at = model.newest();
  if (model.brokers().empty()) {
    out.lead = say("say.state.empty", lang, {});
    return out;
  }
  if (const auto since = model.all_dead_since()) {
    out.tone = Tone::trouble;
    out.lead = say("say.nobody", lang, {});
    if (const auto wall = model.wall_us(*since)) {
      out.rest = say("say.nobody.since", lang, {{"time", i18n::clock(*wall, 0, 1)}});
    }
    return out;
  }
  const Health health = health_of(model);
  if (health.all == 0) {
    out.lead = say("say.state.no_topics", lang, {});
  } else if (health.leaderless > 0) {
    out.tone = Tone::trouble;
    out.lead = say(phrases::by_count("say.state.leaderless", health.leaderless), lang,
                   {{"count", i18n::number(health.leaderless)}});
  } else if (health.under > 0) {
    out.tone = Tone::warning;
    out.lead = say("say.state.under", lang,
                   {{"count", i18n::number(health.under)}, {"all", i18n::number(health.all)}});
  } else {
    out.tone = Tone::good;
    out.lead = say(phrases::by_count("say.state.healthy", health.all), lang,
                   {{"count", i18n::number(health.all)}});
    if (never_failed(model)) out.rest = say("say.state.never_failed", lang, {});
  }
  return out;
}

Sentence narrate_latest(const ClusterModel& model, Instant until, i18n::Lang lang) {
  const auto& events = model.log().events();
  std::size_t looked = 0;
  for (auto at = events.rbegin(); at != events.rend() && looked < look_back; ++at) {
    if (at->at() > until) continue;
    if (until - at->at() > old_news) break;
    ++looked;
    if (std::optional<Sentence> sentence = narrate(model, *at, lang)) return *sentence;
  }
  return narrate_state(model, lang);
}

}  // namespace lab::model
