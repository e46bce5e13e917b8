#include "app/sources/recorder.h"

#include <chrono>
#include <utility>

#include "engine/base/version.h"

namespace lab::sources {
namespace {

// What a crash of the lab may cost.
constexpr auto flush_after = std::chrono::milliseconds(500);

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::create(host::asio::io_context& io,
                                                   const std::string& path,
                                                   const std::string& cluster,
                                                   std::function<void(std::string)> on_failure,
                                                   const std::string& source, Now now) {
  auto sink = model::FileSink::create(path);
  if (!sink) return sink.error();
  trace::RecordingMeta meta;
  meta.cluster = cluster;
  meta.source = source;
  meta.made_by = std::string("brokerlab ") + project_version;
  meta.mono = now.monotonic;
  meta.wall_us = std::chrono::duration_cast<microseconds>(now.wall.time_since_epoch()).count();
  auto writer = trace::RecordingWriter::create(**sink, meta);
  if (!writer) return writer.error();
  return std::unique_ptr<Recorder>(
      new Recorder(io, std::move(sink).value(), std::move(writer).value(), std::move(on_failure)));
}

Recorder::Recorder(host::asio::io_context& io, std::unique_ptr<model::FileSink> sink,
                   trace::RecordingWriter writer, std::function<void(std::string)> on_failure)
    : sink_(std::move(sink)),
      writer_(std::move(writer)),
      on_failure_(std::move(on_failure)),
      flush_timer_(io) {}

Recorder::~Recorder() {
  if (failed_) return;
  if (auto done = writer_.finish(); !done) failed(done.error());
}

void Recorder::add(const trace::Event& event) {
  if (failed_) return;
  if (auto added = writer_.add(event); !added) return failed(added.error());
  if (std::exchange(waiting_, true)) return;
  flush_timer_.expires_after(flush_after);
  flush_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    waiting_ = false;
    if (failed_) return;
    if (auto done = writer_.flush(); !done) failed(done.error());
  });
}

void Recorder::failed(const Error& error) {
  failed_ = true;
  if (on_failure_) on_failure_("the recording ends here: " + error.message);
}

}  // namespace lab::sources
