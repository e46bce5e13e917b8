// The parts of Boost.Asio that this room uses, included in one way everywhere.
#pragma once

#if defined(__SANITIZE_THREAD__)
// ThreadSanitizer does not know fences; g++ warns about each of them.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

#include "engine/base/time.h"

namespace lab::host {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

// When a timer is to fire.
inline asio::steady_timer::time_point steady(Instant at) {
  return asio::steady_timer::time_point(
      std::chrono::duration_cast<asio::steady_timer::duration>(at.time_since_epoch()));
}

}  // namespace lab::host
