#include "app/sources/event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lab::sources {
namespace {

// The lab's own events have incarnation 0, those of its clients no node.
bool is_told_once(const trace::Event& event) {
  const bool control = trace::weight_of(event.payload) == trace::Weight::control;
  return control && (event.incarnation == 0 || event.node == no_node);
}

}  // namespace

void EventQueue::push(const trace::Event& event) {
  if (events_.size() >= limit_) {
    const std::size_t before = events_.size();
    std::erase_if(events_, [](const trace::Event& old) { return !is_told_once(old); });
    if (events_.size() > limit_ / 2) events_.clear();
    lost_ += before - events_.size();
  }
  events_.push_back(event);
}

bool EventQueue::take(std::vector<trace::Event>& out) {
  const std::uint64_t lost = std::exchange(lost_, 0);
  if (lost != 0 && !events_.empty()) {
    trace::Event gap;
    gap.at = events_.front().at;
    gap.payload = trace::Gap{lost};
    out.push_back(std::move(gap));
  }
  out.insert(out.end(), std::make_move_iterator(events_.begin()),
             std::make_move_iterator(events_.end()));
  events_.clear();
  return lost != 0;
}

void EventQueue::clear() {
  events_.clear();
  lost_ = 0;
}

}  // namespace lab::sources
