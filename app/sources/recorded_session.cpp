#include "app/sources/recorded_session.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace lab::sources {
namespace {

// Of reading, in one take(): a window draws between them.
constexpr Duration budget = milliseconds(12);
constexpr int look_every = 64;  // events, at the clock
// Real time that an owner who did not come may owe.
constexpr Duration most_debt = milliseconds(100);
constexpr const char* no_change =
    "this is a recording: it can be looked at, and nothing in it can be changed";

}  // namespace

Result<std::unique_ptr<RecordedSession>> RecordedSession::open(const std::string& path,
                                                               Clock clock) {
  auto playback = Playback::open(path);
  if (!playback) return playback.error();
  return std::unique_ptr<RecordedSession>(new RecordedSession(
      std::move(*playback), std::filesystem::path(path).filename().string(), std::move(clock)));
}

RecordedSession::RecordedSession(std::unique_ptr<Playback> playback, std::string name, Clock clock)
    : playback_(std::move(playback)), name_(std::move(name)), clock_(std::move(clock)) {
  due_ = playback_->first();
  last_real_ = clock_();
  for (const auto& note : playback_->notes()) say(note, true);
}

Capabilities RecordedSession::capabilities() const {
  Capabilities can;
  can.pace = can.seek = true;
  return can;
}

std::vector<NodeId> RecordedSession::brokers() const {
  std::vector<NodeId> ids;
  for (const auto& [id, broker] : playback_->model().brokers()) ids.push_back(id);
  return ids;
}

// While it is still reading on the way there, where it is.
Instant RecordedSession::now() const { return reached_ ? due_ : playback_->time(); }

void RecordedSession::take(std::vector<trace::Event>& out) {
  keep_pace();
  read(out);
  if (reached_ && due_ >= playback_->last()) pace_ = 0;  // it is over
  if (playback_->damage() && !std::exchange(told_damage_, true)) {
    say(playback_->damage()->message + "; the recording ends there", true);
  }
  for (const auto& call : std::exchange(calls_, {})) call();
}

void RecordedSession::keep_pace() {
  const Instant real = clock_();
  const Duration passed = std::min(real - std::exchange(last_real_, real), most_debt);
  if (pace_ <= 0 || !reached_) return;  // never further ahead than reading gets
  due_ = std::min(due_ + std::chrono::duration_cast<Duration>(passed * pace_), playback_->last());
  reached_ = false;
}

// On the way to where it should be, as far as one turn goes.
void RecordedSession::read(std::vector<trace::Event>& out) {
  const Instant begun = clock_();
  bool found = false;
  const auto see = [&](const trace::Event& event) {
    out.push_back(event);
    found = to_weight_ &&
            (*to_weight_ == trace::Weight::bulk || trace::weight_of(event.payload) == *to_weight_);
  };
  for (int seen = 1; !reached_; ++seen) {
    const bool by_event = to_count_ || to_weight_;
    if (to_count_ && playback_->count() >= *to_count_) {
      arrive(playback_->time());
    } else if (!playback_->forward(by_event ? Instant::max() : due_, see)) {
      arrive(by_event ? playback_->last() : due_);
    } else if (found) {
      arrive(playback_->time());
    } else if (seen % look_every == 0 && clock_() - begun > budget) {
      return;
    }
  }
}

void RecordedSession::arrive(Instant at) {
  to_count_.reset();
  to_weight_.reset();
  due_ = at;
  reached_ = true;
}

void RecordedSession::command(const Command&, Then then) {
  if (!then) return;
  hand_back([then = std::move(then)] { then(Error{no_change}); });
}

void RecordedSession::with_clients(std::function<void(LabClients&)>) { say(no_change, true); }

Result<std::string> RecordedSession::properties(NodeId) const {
  return Error{"a recording has no files of its brokers"};
}

// ---- Time

// From the end on it begins anew.
void RecordedSession::set_pace(double pace) {
  pace_ = std::max(0.0, pace);
  last_real_ = clock_();
  if (pace_ > 0 && due_ >= playback_->last()) seek(playback_->first());
}

void RecordedSession::restored() {
  beginning_ = playback_->model();
  ++generation_;
  told_damage_ = false;
}

void RecordedSession::seek(Instant at) {
  to_count_.reset();
  to_weight_.reset();
  due_ = std::clamp(at, playback_->first(), playback_->last());
  reached_ = false;
  if (due_ >= playback_->time()) return;
  playback_->back_to(due_);
  restored();
}

void RecordedSession::step(trace::Weight weight) {
  to_count_.reset();
  to_weight_ = weight;
  reached_ = false;
}

void RecordedSession::step_back() {
  to_weight_.reset();
  const std::uint64_t count = playback_->before_last_control();
  playback_->back_to(count);
  restored();
  to_count_ = count;
  reached_ = false;
}

}  // namespace lab::sources
