// Result<T>: a value or an operating error with its context, for failures that are nobody's bug:
// a file, a peer, a setting. Kafka's error codes are values in replies, not errors of this kind.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "engine/base/check.h"

namespace lab {

// One line for a person: what was tried, on what, why it failed, and what to do where that is
// known.
struct Error {
  std::string message;

  // Puts what was being done in front: "reading X: " + message.
  Error in(const std::string& context) const { return Error{context + ": " + message}; }
  bool operator==(const Error&) const = default;
};

template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // The value; a programmer error where there is none.
  T& value() & { return checked(*this); }
  const T& value() const& { return checked(*this); }
  T&& value() && { return std::move(checked(*this)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // The error; a programmer error where there is none.
  const Error& error() const {
    LAB_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  template <class Self>
  static auto& checked(Self& self) {
    LAB_CHECK_MSG(self.ok(), std::get<1>(self.state_).message);
    return std::get<0>(self.state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    LAB_CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace lab
