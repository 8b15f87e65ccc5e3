// The one way in which this project says that something did not work.
//
// A function that can fail returns Result<T>: either a T, or an Error that already holds the message the user
// will read. Nothing is thrown across module borders; an assertion is for our own bugs only.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace livepatch {

// What kind of failure this is. The command line tools map it to their documented exit codes and nothing else does.
enum class Fault {
  Usage,      // the caller's words or files are not usable
  Io,         // a file or a system call failed
  Format,     // a file is not what its format says (truncated, damaged, hostile)
  NotFound,   // a named thing does not exist
  Refused,    // it could be done, but it would not be safe
  Mismatch,   // it does not fit: another build-id, compiler, base, architecture
  Permission, // the system does not let us
  Busy,       // a thread is in the way; the deadline passed
  Gone,       // the target has exited or replaced itself
  Already,    // it is already so
  Internal,   // a promise of our own was broken
};

// `message` says operation, object and cause; `remedy` what the user can do. Both are single sentences, without a
// trailing newline; `remedy` may be empty.
struct Error {
  Fault fault = Fault::Internal;
  std::string message;
  std::string remedy;

  [[nodiscard]] std::string text() const { return remedy.empty() ? message : message + "\n  hint: " + remedy; }
};

[[nodiscard]] inline Error error(Fault fault, std::string message, std::string remedy = {}) {
  return Error{fault, std::move(message), std::move(remedy)};
}

template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T &value() & { return assert(ok()), std::get<0>(state_); }
  const T &value() const & { return assert(ok()), std::get<0>(state_); }
  T &&value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T &operator*() & { return value(); }
  const T &operator*() const & { return value(); }
  T &&operator*() && { return std::move(*this).value(); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }

  [[nodiscard]] const Error &failure() const & { return assert(!ok()), std::get<1>(state_); }
  [[nodiscard]] Error &&failure() && { return assert(!ok()), std::get<1>(std::move(state_)); }

private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error failure) : failure_(std::move(failure)) {}

  [[nodiscard]] bool ok() const { return !failure_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error &failure() const & { return assert(failure_), *failure_; }
  [[nodiscard]] Error &&failure() && { return assert(failure_), *std::move(failure_); }

private:
  std::optional<Error> failure_;
};

} // namespace livepatch

// `LP_TRY(expr);` returns the error of a Result<void>; `LP_TRY_ASSIGN(auto x, expr);` also takes the value out.
#define LP_CONCAT_(a, b) a##b
#define LP_CONCAT(a, b) LP_CONCAT_(a, b)
#define LP_TRY(expr)                                                                                                   \
  do {                                                                                                                 \
    if (auto lpTried = (expr); !lpTried.ok())                                                                          \
      return std::move(lpTried).failure();                                                                             \
  } while (0)
#define LP_TRY_ASSIGN(declaration, expr)                                                                               \
  auto LP_CONCAT(lpTried, __LINE__) = (expr);                                                                          \
  if (!LP_CONCAT(lpTried, __LINE__).ok())                                                                              \
    return std::move(LP_CONCAT(lpTried, __LINE__)).failure();                                                          \
  declaration = std::move(LP_CONCAT(lpTried, __LINE__)).value()
