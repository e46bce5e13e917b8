#include "engine/machine/context.h"

namespace lab {

void Context::Timer::arm(Instant at) {
  cancel();
  at_ = at;
  order_ = context_.next_timer_++;
  armed_ = true;
  context_.timers_[{at_, order_}] = this;
}

void Context::Timer::cancel() {
  if (!armed_) return;
  armed_ = false;
  context_.timers_.erase({at_, order_});
}

void Context::begin(const Now& now, Effects& effects) {
  LAB_CHECK_MSG(effects_ == nullptr, "a machine was re-entered");
  now_ = now;
  effects_ = &effects;
  cause_ = trace::no_cause;
  if (asked_wake_ && *asked_wake_ <= now.monotonic) asked_wake_.reset();  // the host has spent it
}

void Context::run_due_timers() {
  while (!timers_.empty() && timers_.begin()->first.first <= now_.monotonic && !halted_) {
    Timer* timer = timers_.begin()->second;
    timers_.erase(timers_.begin());
    timer->armed_ = false;
    cause_ = trace::no_cause;
    timer->on_time_();
  }
}

void Context::end() {
  LAB_CHECK(effects_ != nullptr);
  if (!timers_.empty()) {
    const Instant next = timers_.begin()->first.first;
    if (asked_wake_ != next) {
      asked_wake_ = next;
      effects_->push_back(WakeAt{next});
    }
  }
  effects_ = nullptr;
}

void Context::started(const Start& start) {
  incarnation_ = start.incarnation;
  rng_ = Rng(start.seed);
}

bool Context::complete(const Done& done) {
  const auto it = pending_.find(done.ticket);
  if (it == pending_.end()) return false;
  const OnDone on_done = std::move(it->second);
  pending_.erase(it);
  if (on_done) on_done(done);
  return true;
}

ConnId Context::open(Address address) {
  const ConnId conn(next_conn_);
  next_conn_ += 2;
  emit(Open{conn, std::move(address), Security::plaintext});
  return conn;
}

void Context::emit(Effect effect) {
  LAB_CHECK_MSG(effects_ != nullptr, "an effect outside of an input");
  effects_->push_back(std::move(effect));
}

Ticket Context::expect(OnDone on_done) {
  const Ticket ticket(next_ticket_++);
  pending_.emplace(ticket, std::move(on_done));
  return ticket;
}

void Context::write(std::string file, std::uint64_t at, Slices slices, OnDone on_done) {
  emit(Write{std::move(file), at, std::move(slices), expect(std::move(on_done))});
}
void Context::truncate(std::string file, std::uint64_t size, OnDone on_done) {
  emit(Truncate{std::move(file), size, expect(std::move(on_done))});
}
void Context::rename(std::string from, std::string to, OnDone on_done) {
  emit(Rename{std::move(from), std::move(to), expect(std::move(on_done))});
}
void Context::remove(std::string path, OnDone on_done) {
  emit(Remove{std::move(path), expect(std::move(on_done))});
}
void Context::read(std::string file, std::uint64_t at, std::uint64_t size, OnDone on_done) {
  emit(Read{std::move(file), at, size, expect(std::move(on_done))});
}
void Context::sync(std::string path, OnDone on_done) {
  emit(Sync{std::move(path), expect(std::move(on_done))});
}

void Context::replace_file(std::string file, Slice content, OnDone on_done) {
  // The four effects happen in order on the same names, so only the last completion is waited for;
  // the first failure is the one that is told.
  struct Progress {
    Done first_failure;
    bool failed = false;
  };
  auto progress = std::make_shared<Progress>();
  const auto note = [progress](const Done& done) {
    if (done.status != IoStatus::ok && !progress->failed) {
      progress->failed = true;
      progress->first_failure = done;
    }
  };
  const std::string beside = file + ".tmp";
  const auto slash = file.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : file.substr(0, slash);
  truncate(beside, 0, note);
  write(beside, 0, {std::move(content)}, note);
  sync(beside, note);
  rename(beside, std::move(file), note);
  sync(directory, [progress, note, on_done = std::move(on_done)](const Done& done) {
    note(done);
    if (on_done) on_done(progress->failed ? progress->first_failure : done);
  });
}

std::uint64_t Context::trace(trace::Payload payload) {
  if (!traced_) return trace::no_cause;
  trace::Event event;
  event.number = next_event_++;
  event.at = now_.monotonic;
  event.node = node_;
  event.incarnation = incarnation_;
  event.cause = cause_;
  event.payload = std::move(payload);
  const std::uint64_t number = event.number;
  emit(Trace{std::move(event)});
  return number;
}

}  // namespace lab
