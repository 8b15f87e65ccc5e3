#include "fmt/args.h"
#include "fmt/chrono.h"
#include "fmt/format.h"
#include "fmt/os.h"
#include "fmt/ostream.h"
#include "fmt/ranges.h"
#include <map>
#include <string>
#include <vector>
static std::string text;
struct P {
  int x, y;
};
template <>
struct fmt::formatter<P> : fmt::formatter<std::string> {
  template <class C>
  auto format(const P &p, C &c) const {
    return fmt::formatter<std::string>::format(std::to_string(p.x) + "/" + std::to_string(p.y), c);
  }
};
extern "C" const char *answer(const char *q) {
  text.clear();
  auto run = [&](auto f) {
    try {
      text += f();
    } catch (std::exception &x) {
      text += x.what();
    }
    text += "|";
  };
  run([&] { return fmt::format("{:>8}|{:<8}|{:^8}|{:*^9}", q, 1, 2.5, 'c'); });
  run([&] {
    return fmt::format("{:x} {:#o} {:b} {:+d} {:08.3f} {:e} {:g} {:a}", 255, 8, 5, 7, 3.14159, 12345.678, 1e-10, 1.0);
  });
  run([&] { return fmt::format(fmt::runtime("{:d}"), "str"); });
  run([&] { return fmt::format(fmt::runtime("{"), 1); });
  run([&] { return fmt::format("{} {}", std::vector<int>{1, 2, 3}, std::map<std::string, int>{{"a", 1}}); });
  run([&] { return fmt::format("{:>10}", P{1, 2}); });
  run([&] { return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::time_t(1600000000))); });
  run([&] {
    return fmt::format("{} {} {}", std::chrono::seconds(5), std::chrono::milliseconds(1500), std::chrono::hours(3));
  });
  run([&] { return fmt::format("{:.{}f} {:L} {}", 1.23456, 3, 1234567, 1e300); });
  run([&] {
    fmt::dynamic_format_arg_store<fmt::format_context> s;
    s.push_back(42);
    s.push_back("x");
    return fmt::vformat("{} {}", s);
  });
  run([&] {
    return fmt::to_string(-0.0) + fmt::to_string(18446744073709551615ull) + fmt::to_string(0.1f) +
           fmt::format("{}", 1.0L / 3);
  });
  run([&] { return fmt::format("{:?} {}", "a\n\"b", fmt::join(std::vector<double>{1, 2.5}, "; ")); });
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
