#include "app/model/event_log.h"

#include <algorithm>

namespace lab::model {

void EventLog::add(const trace::Event& event, bool milestone) {
  LoggedEvent entry{next_id_++, std::make_shared<const trace::Event>(event), milestone};
  auto at = events_.end();
  while (at != events_.begin() && std::prev(at)->at() > event.at) --at;
  events_.insert(at, std::move(entry));
  if (events_.size() > max_events) {
    events_.pop_front();
    ++dropped_;
  }
}

const LoggedEvent* EventLog::find(std::uint64_t id) const {
  const auto at =
      std::find_if(events_.begin(), events_.end(), [&](const auto& e) { return e.id == id; });
  return at == events_.end() ? nullptr : &*at;
}

std::size_t EventLog::at_or_after(Instant at) const {
  const auto found = std::lower_bound(events_.begin(), events_.end(), at,
                                      [](const auto& e, Instant t) { return e.at() < t; });
  return static_cast<std::size_t>(found - events_.begin());
}

}  // namespace lab::model
