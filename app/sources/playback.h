// A recording that is played: the cluster as it was at one moment, and the ways to another. It
// reads a block at a time, and keeps a keyframe (a copy of the model) now and then, so that going
// back costs no more than the way from the one before. The recorded session gives it real time;
// status and snapshot go to one moment. It draws nothing and knows no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/sources/moment.h"
#include "engine/trace/recording_file.h"

namespace lab::sources {

class Playback {
 public:
  // Stands at the begin. An error names the file and the position where it is no recording.
  static Result<std::unique_ptr<Playback>> open(const std::string& path);

  const trace::RecordingMeta& meta() const { return reader_.meta(); }
  Instant first() const { return reader_.first(); }
  Instant last() const { return reader_.last(); }
  std::uint64_t events() const { return reader_.events(); }
  // What was mended when it was opened: no index, a torn tail that was cut.
  const std::vector<std::string>& notes() const { return reader_.notes(); }

  const model::ClusterModel& model() const { return at_.model; }
  // Of the last event that counts; first() before there was one.
  Instant time() const { return at_.time; }
  // Events so far.
  std::uint64_t count() const { return at_.count; }
  bool at_end() const { return !ahead_ && !damage_; }
  // Where a block cannot be read the recording ends for good: why.
  const std::optional<Error>& damage() const { return damage_; }

  using See = std::function<void(const trace::Event&)>;
  // The next event where it happened at or before `to`; false where there is none.
  bool forward(Instant to, const See& see);
  // All up to `to`.
  void play_to(Instant to) {
    while (forward(to, nullptr)) {
    }
  }
  // To the newest keyframe at or before a moment, or one before so many events.
  void back_to(Instant at);
  void back_to(std::uint64_t count);
  // How many events had been told when the control event before the present one had; 0: none was.
  std::uint64_t before_last_control() const;

  // To a moment as people name it; an error says what there is.
  Result<> go_to(const Moment& moment, std::int32_t clock_offset_s);
  // "14:32:00.000 to 14:35:10.120 (190.120s, 8213 events)"
  std::string range_text(std::int32_t clock_offset_s) const;

 private:
  struct Position {
    std::size_t block = 0, next = 0;  // the event that comes next
    std::uint64_t count = 0;
    Instant time{};
    model::ClusterModel model;
  };
  Playback(std::unique_ptr<trace::FileSource> file, trace::RecordingReader reader);
  void look_ahead();
  void load(std::size_t block);
  void restore(const Position& keyframe);
  void keep();
  std::int64_t wall_us(Instant at) const;

  std::unique_ptr<trace::FileSource> file_;
  trace::RecordingReader reader_;
  Position at_;
  std::vector<trace::Event> block_;  // that at_ stands in
  std::size_t loaded_;               // its number
  bool ahead_ = false;               // there is a next event
  std::optional<Error> damage_;
  std::vector<Position> keyframes_;      // by count; the first stands at the begin
  std::uint64_t keep_every_ = 0;         // events
  std::vector<std::uint64_t> controls_;  // counts after each control event seen so far
};

}  // namespace lab::sources
