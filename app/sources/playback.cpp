#include "app/sources/playback.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/i18n/format.h"

namespace lab::sources {
namespace {

constexpr std::uint64_t first_interval = 20'000;  // events between two keyframes
constexpr std::size_t most_keyframes = 32;        // more: every other one goes
constexpr std::int64_t day_us = std::int64_t{24} * 3600 * 1'000'000;

}  // namespace

Result<std::unique_ptr<Playback>> Playback::open(const std::string& path) {
  auto file = trace::FileSource::open(path);
  if (!file) return file.error();
  auto reader = trace::RecordingReader::open(**file);
  if (!reader) return reader.error();
  if (reader->events() == 0) return Error{fmt::format("{}: the recording holds no events", path)};
  return std::unique_ptr<Playback>(new Playback(std::move(*file), std::move(*reader)));
}

Playback::Playback(std::unique_ptr<trace::FileSource> file, trace::RecordingReader reader)
    : file_(std::move(file)),
      reader_(std::move(reader)),
      loaded_(reader_.blocks().size()),
      keep_every_(first_interval) {
  at_.time = reader_.first();
  keyframes_.push_back(at_);
  look_ahead();
}

void Playback::load(std::size_t block) {
  if (loaded_ == block) return;
  auto events = reader_.block(block);
  if (!events) {
    damage_ = events.error();
    return;
  }
  block_ = std::move(*events);
  loaded_ = block;
}

// Stands before an event, or at the end.
void Playback::look_ahead() {
  ahead_ = false;
  while (!damage_ && at_.block < reader_.blocks().size()) {
    load(at_.block);
    if (damage_) return;
    ahead_ = at_.next < block_.size();
    if (ahead_) return;
    ++at_.block;
    at_.next = 0;
  }
}

bool Playback::forward(Instant to, const See& see) {
  if (!ahead_) return false;
  const trace::Event& event = block_[at_.next];
  // Streams of several nodes interleave: what comes late in the file happens with what it follows.
  const Instant when = std::max(at_.time, event.at);
  if (when > to) return false;
  at_.model.apply(event);
  at_.time = when;
  ++at_.next;
  ++at_.count;
  const bool control = trace::weight_of(event.payload) == trace::Weight::control;
  if (control && (controls_.empty() || controls_.back() < at_.count)) {
    controls_.push_back(at_.count);
  }
  if (see) see(event);
  look_ahead();
  keep();
  return true;
}

void Playback::keep() {
  if (at_.count < keyframes_.back().count + keep_every_) return;
  keyframes_.push_back(at_);
  if (keyframes_.size() <= most_keyframes) return;
  std::vector<Position> fewer;
  for (std::size_t i = 0; i < keyframes_.size(); i += 2) {
    fewer.push_back(std::move(keyframes_[i]));
  }
  keyframes_ = std::move(fewer);
  keep_every_ *= 2;
}

void Playback::restore(const Position& keyframe) {
  at_ = keyframe;
  damage_.reset();
  look_ahead();
}

void Playback::back_to(Instant at) {
  const auto after =
      std::upper_bound(keyframes_.begin(), keyframes_.end(), at,
                       [](Instant wanted, const Position& p) { return wanted < p.time; });
  restore(after == keyframes_.begin() ? keyframes_.front() : *std::prev(after));
}

void Playback::back_to(std::uint64_t count) {
  const auto after =
      std::upper_bound(keyframes_.begin(), keyframes_.end(), count,
                       [](std::uint64_t wanted, const Position& p) { return wanted < p.count; });
  restore(*std::prev(after));
}

std::uint64_t Playback::before_last_control() const {
  auto at = std::upper_bound(controls_.begin(), controls_.end(), at_.count);
  if (at == controls_.begin()) return 0;
  --at;  // the last one that counts; where it is the newest event at all, the one before is meant
  if (*at != at_.count) return *at;
  return at == controls_.begin() ? 0 : *std::prev(at);
}

// ---- Moments by name

std::int64_t Playback::wall_us(Instant at) const {
  const auto since = std::chrono::duration_cast<microseconds>(at - meta().mono);
  return meta().wall_us + since.count();
}

std::string Playback::range_text(std::int32_t clock_offset_s) const {
  const double length = std::chrono::duration<double>(last() - first()).count();
  return fmt::format("{} to {} ({:.3f}s, {} events)",
                     i18n::clock(wall_us(first()), clock_offset_s, 3),
                     i18n::clock(wall_us(last()), clock_offset_s, 3), length, events());
}

Result<> Playback::go_to(const Moment& moment, std::int32_t clock_offset_s) {
  const auto beyond = [&] {
    return Error{fmt::format("{}: there is no such moment in it: it holds {}", file_->name(),
                             range_text(clock_offset_s))};
  };
  if (const auto* event = std::get_if<EventNumber>(&moment)) {
    while (at_.model.log().find(event->id) == nullptr) {
      if (!forward(Instant::max(), nullptr)) return damage_ ? *damage_ : beyond();
    }
    return {};
  }
  Instant at = first();
  if (const auto* since = std::get_if<SinceStart>(&moment)) {
    if (since->time > last() - first()) return beyond();
    at = first() + since->time;
  } else {
    const std::int64_t offset_us = std::int64_t{clock_offset_s} * 1'000'000;
    const std::int64_t begin = wall_us(first()) + offset_us;
    const auto of_day =
        std::chrono::duration_cast<microseconds>(std::get<ClockTime>(moment).of_day);
    std::int64_t wall = begin - begin % day_us + of_day.count();
    if (wall < begin - 1000) wall += day_us;  // after midnight
    at = std::max(first(), first() + microseconds(wall - begin));
    if (at > last()) return beyond();
  }
  play_to(at);
  if (damage_) return *damage_;
  return {};
}

}  // namespace lab::sources
