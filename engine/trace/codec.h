// How one event is written: the body of a lab socket message and of an entry in a recording.
// The host's lab socket, the recording and the lab's sources call it. It frames nothing (whoever
// carries the bytes says where they end) and never fails on what it wrote itself.
//
// An event is: uvarint kind (index in trace::Payload); a header, preceded by its size (number, at,
// node, incarnation, cause, within); uvarint count of fields; the fields in the order of fields().
// Numbers are varints, strings and lists carry their count. Fields may be appended to a kind: an
// older reader ignores what follows those it knows, a newer one keeps the defaults.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/trace/event.h"

namespace lab::trace {

ByteBuffer encode(const Event& event);

// `bytes` is one whole event. Hostile input is safe: every length is bounded by what is left. An
// unknown kind, a number out of its type's range and bytes that end early are errors.
Result<Event> decode(ByteView bytes);

// Whether decode() knows this kind; recordings of a newer lab have others, which are skipped.
bool knows_kind(ByteView bytes);

// One line without its newline: {"number":…,"at_ns":…,"node":…,"incarnation":…,"cause":…|null,
// "within_ns":…, "kind":"leader-elected","fields":{…}}. Text that is no UTF-8 is mended with
// U+FFFD.
std::string to_json(const Event& event);

}  // namespace lab::trace
