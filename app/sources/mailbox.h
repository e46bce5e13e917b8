// Things that come in great numbers where the clients live (records that a reader reads), brought
// to a source's owner in batches. Bounded: the oldest go first, and the batch says how many. Used
// by window and console around Source::with_clients.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "app/sources/source.h"

namespace lab::sources {

template <class T>
class Mailbox : public std::enable_shared_from_this<Mailbox<T>> {
 public:
  // Runs on the owner's thread within take(): what came since the last time, and how many more
  // there were.
  using OnBatch = std::function<void(std::deque<T>, std::uint64_t dropped)>;

  static std::shared_ptr<Mailbox> make(Source& source, std::size_t limit, OnBatch on_batch) {
    return std::shared_ptr<Mailbox>(new Mailbox(source, limit, std::move(on_batch)));
  }

  // From anywhere.
  void put(T item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
      if (items_.size() > limit_) {
        items_.pop_front();
        ++dropped_;
      }
      if (std::exchange(announced_, true)) return;
    }
    source_.hand_back([self = this->shared_from_this()] { self->hand_over(); });
  }

 private:
  Mailbox(Source& source, std::size_t limit, OnBatch on_batch)
      : source_(source), limit_(limit), on_batch_(std::move(on_batch)) {}

  void hand_over() {
    std::deque<T> items;
    std::uint64_t dropped = 0;
    {
      const std::lock_guard lock(mutex_);
      items.swap(items_);
      dropped = std::exchange(dropped_, 0);
      announced_ = false;
    }
    on_batch_(std::move(items), dropped);
  }

  Source& source_;
  const std::size_t limit_;
  const OnBatch on_batch_;
  std::mutex mutex_;
  std::deque<T> items_;
  std::uint64_t dropped_ = 0;
  bool announced_ = false;
};

}  // namespace lab::sources
