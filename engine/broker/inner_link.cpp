#include "engine/broker/inner_link.h"

#include <utility>

namespace lab::broker {

void InnerLink::filter(Effects& effects, std::size_t from) {
  std::size_t kept = from;
  for (std::size_t i = from; i < effects.size(); ++i) {
    if (take(effects[i])) continue;
    if (kept != i) effects[kept] = std::move(effects[i]);
    ++kept;
  }
  effects.resize(kept);
}

bool InnerLink::take(Effect& effect) {
  if (const auto* open = std::get_if<Open>(&effect)) {
    if (open->address != self_) return false;
    const ConnId accepted(next_accepted_);
    next_accepted_ += 2;
    peers_[open->conn] = accepted;
    peers_[accepted] = open->conn;
    inputs_.push_back(Opened{accepted, listener_, self_, 0});
    inputs_.push_back(Opened{open->conn, "", self_, 0});
    return true;
  }
  if (const auto* send = std::get_if<Send>(&effect)) {
    const auto it = peers_.find(send->conn);
    if (it == peers_.end()) return false;
    for (const auto& slice : send->slices) {
      if (!slice.empty()) inputs_.push_back(Bytes{it->second, slice});
    }
    inputs_.push_back(Writable{send->conn, total_size(send->slices)});
    return true;
  }
  if (const auto* close = std::get_if<Close>(&effect)) {
    const auto it = peers_.find(close->conn);
    if (it == peers_.end()) return false;
    const ConnId other = it->second;
    inputs_.push_back(Closed{other, close->reason});
    inputs_.push_back(Closed{close->conn, close->reason});  // as a host answers a Close
    peers_.erase(close->conn);
    peers_.erase(other);
    return true;
  }
  if (const auto* pause = std::get_if<PauseRead>(&effect)) return owns(pause->conn);
  if (const auto* resume = std::get_if<ResumeRead>(&effect)) return owns(resume->conn);
  return false;
}

std::optional<Input> InnerLink::next() {
  if (inputs_.empty()) return std::nullopt;
  Input input = std::move(inputs_.front());
  inputs_.pop_front();
  return input;
}

}  // namespace lab::broker
