// See state_line.h.
#include "app/scene/state_line.h"

#include <fmt/format.h>

#include <array>

#include "app/i18n/format.h"
#include "app/scene/faults.h"

namespace lab::scene {
namespace {

using model::BrokerState;
constexpr std::string_view dot = " · ";

std::string join(std::string_view a, std::string_view b) {
  return fmt::format("{}{}{}", a, dot, b);
}

void starting(StateLine& line, const model::Broker& b, Lang lang) {
  const std::string_view plain = word(Word::starting, lang);
  if (b.recovery.known() && b.recovery->total > 0 && b.recovery->done < b.recovery->total) {
    line.words.push_back(join(plain, say(Word::loaded_of, lang, i18n::number(b.recovery->done),
                                         i18n::number(b.recovery->total))));
  }
  line.words.emplace_back(plain);
}

void running(StateLine& line, const model::ClusterModel& model, const model::Broker& b, Instant now,
             Lang lang) {
  const std::string_view plain = word(Word::running, lang);
  if (const model::Fault* fault = fault_on(model, b.id)) {
    line.sign = StateSign::unknown;
    line.ink = Token::warn_text;
    const std::string what =
        fault->detail.empty() ? fault->kind : fault->kind + ", " + fault->detail;
    line.words = {join(plain, what), what, fault->kind};
    return;
  }
  if (b.started_at != Instant{} && now >= b.started_at) {
    const Duration up = now - b.started_at;
    const std::string time = join(plain, i18n::duration(up, lang));
    if (b.starts > 1 && up < seconds(10)) {
      line.words.push_back(fmt::format("{} {}", time, word(Word::restarted, lang)));
    }
    line.words.push_back(time);
  }
  line.words.emplace_back(plain);
}

void dead(StateLine& line, const model::Broker& b, Instant now, Lang lang) {
  const std::string ago = i18n::ago(now - b.since, lang);
  const model::Exit exit = b.exit.value_or({});
  if (exit.code == model::exit_unknown) {  // nor when
    line.words.emplace_back(word(Word::gone_unseen, lang));
    return;
  }
  if (exit.signal != 0) {
    line.words.push_back(say(Word::killed, lang, signal_name(exit.signal), ago));
    line.words.push_back(say(Word::killed_brief, lang, ago));
  } else {
    line.words.push_back(say(Word::failed, lang, fmt::format("{}", exit.code), ago));
  }
  line.words.push_back(ago);
}

// "frozen (SIGSTOP) 4.2 s" and, where that is too long, the word alone.
void timed(StateLine& line, Word what, const std::string& time, Lang lang) {
  line.words.push_back(say(what, lang, time));
  const std::string_view pattern = word(what, lang);
  const std::string_view first = pattern.substr(0, pattern.find_first_of(" ({"));
  if (!first.empty()) line.words.emplace_back(first);
}

}  // namespace

std::string signal_name(std::int32_t signal) {
  constexpr std::array<std::pair<std::int32_t, std::string_view>, 7> names{{{2, "SIGINT"},
                                                                            {4, "SIGILL"},
                                                                            {6, "SIGABRT"},
                                                                            {7, "SIGBUS"},
                                                                            {9, "SIGKILL"},
                                                                            {11, "SIGSEGV"},
                                                                            {15, "SIGTERM"}}};
  for (const auto& [number, name] : names) {
    if (number == signal) return std::string(name);
  }
  return fmt::format("signal {}", signal);
}

StateLine state_line(const model::ClusterModel& model, const model::Broker& b, Instant now,
                     Lang lang) {
  StateLine line;
  switch (b.state) {
    case BrokerState::unknown:
      return {StateSign::unknown,
              Token::muted,
              Type::regular,
              {std::string(word(Word::not_known, lang))}};
    case BrokerState::starting:
      line.sign = StateSign::starting;
      starting(line, b, lang);
      break;
    case BrokerState::running:
      line.sign = StateSign::running;
      line.type = Type::regular;
      running(line, model, b, now, lang);
      break;
    case BrokerState::stopping:
      line.sign = StateSign::stopping;
      line.words = {std::string(word(Word::stopping, lang))};
      break;
    case BrokerState::waiting: {
      line.sign = StateSign::waiting;
      line.ink = Token::warn_text;
      const Duration left = b.refused.known() ? b.refused->until - now : Duration{0};
      line.words = {say(Word::waiting, lang, i18n::duration(std::max(left, Duration{0}), lang)),
                    i18n::duration(std::max(left, Duration{0}), lang)};
      break;
    }
    case BrokerState::frozen:
      line.sign = StateSign::frozen;
      timed(line, Word::frozen, i18n::duration(now - b.since, lang), lang);
      break;
    case BrokerState::fenced:
      line.sign = StateSign::fenced;
      line.ink = Token::trouble_text;
      timed(line, Word::fenced, i18n::ago(now - b.since, lang), lang);
      break;
    case BrokerState::stopped:
      line.sign = StateSign::stopped;
      line.ink = Token::muted;
      timed(line, Word::stopped, i18n::ago(now - b.since, lang), lang);
      break;
    case BrokerState::dead:
      line.sign = StateSign::dead;
      line.ink = Token::trouble_text;
      dead(line, b, now, lang);
      break;
    case BrokerState::did_not_start: {
      line.sign = StateSign::not_started;
      line.ink = Token::trouble_text;
      const std::string_view plain = word(Word::did_not_start, lang);
      if (b.exit.known() && !b.exit->reason.empty()) {
        line.words.push_back(join(plain, b.exit->reason));
        line.words.push_back(b.exit->reason);  // the boxed cross says the rest
      }
      line.words.emplace_back(plain);
      break;
    }
  }
  return line;
}

}  // namespace lab::scene
