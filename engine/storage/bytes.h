// Big-endian numbers in the files of a log. Used within this room only.
#pragma once

#include <type_traits>

#include "engine/base/slice.h"

namespace lab::storage {

template <class T>
T get_big(const std::uint8_t* at) {
  std::make_unsigned_t<T> x = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    x = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(x) << 8) | at[i]);
  }
  return static_cast<T>(x);
}

template <class T>
void set_big(std::uint8_t* at, T value) {
  auto x = static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(value));
  for (std::size_t i = sizeof(T); i-- > 0; x >>= 8) at[i] = static_cast<std::uint8_t>(x);
}

template <class T>
void put_big(ByteBuffer& out, T value) {
  out.resize(out.size() + sizeof(T));
  set_big<T>(out.data() + out.size() - sizeof(T), value);
}

}  // namespace lab::storage
