// Writes a live cluster's events to a recording file. Whoever owns the cluster gives it each event.
// A disk that fails ends the recording, never the lab: the caller is told once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/model/recording_file.h"
#include "engine/host/asio.h"
#include "engine/host/clock.h"
#include "engine/trace/recording.h"

namespace lab::sources {

class Recorder {
 public:
  // Makes the file, which must not be there yet. `source` is "live" or "simulated", `now` the time
  // of its events and what the wall clock says then.
  static Result<std::unique_ptr<Recorder>> create(host::asio::io_context& io,
                                                  const std::string& path,
                                                  const std::string& cluster,
                                                  std::function<void(std::string)> on_failure,
                                                  const std::string& source = "live",
                                                  Now now = host::real_now());
  ~Recorder();  // finishes it: index and end mark

  void add(const trace::Event& event);

 private:
  Recorder(host::asio::io_context& io, std::unique_ptr<model::FileSink> sink,
           trace::RecordingWriter writer, std::function<void(std::string)> on_failure);
  void failed(const Error& error);

  std::unique_ptr<model::FileSink> sink_;
  trace::RecordingWriter writer_;
  std::function<void(std::string)> on_failure_;
  host::asio::steady_timer flush_timer_;
  bool waiting_ = false, failed_ = false;
};

}  // namespace lab::sources
