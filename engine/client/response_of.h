// Which message answers which request: ResponseOf<FetchRequest> is FetchResponse. It includes no
// message: who calls includes those it sends.
#pragma once

namespace lab::client {

template <class Request>
struct Answers;  // specialised below, one line a pair

template <class Request>
using ResponseOf = typename Answers<Request>::type;

}  // namespace lab::client
