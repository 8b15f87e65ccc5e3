#include "re2/re2.h"
#include "re2/set.h"
#include <string>
static std::string text;
extern "C" const char *answer(const char *q) {
  text.clear();
  const char *pats[] = {"(\\w+)@(\\w+)\\.com", "^a+b*c?$", "(?i)HELLO|wor(ld)?", "[[:alpha:]]+\\d{2,4}",  "(a|b",
                        "(?P<n>x+)y",          "\\pL+",    "(((a*)*)*)*$",       ".*(foo|bar|baz){1,3}?", "\\bgo\\b",
                        "[^\\x00-\\x7F]",      "x{1001}"};
  const char *subj[] = {"joe@example.com", "aaabbc", "Hello World",       "abc123", "xxxy",
                        "foobarbaz",       "go",     "\xc3\xa9t\xc3\xa9", ""};
  RE2::Options o;
  o.set_log_errors(false);
  for (auto p : pats) {
    RE2 re(p, o);
    text += std::to_string(re.ok()) + re.error() + re.error_arg() + std::to_string(re.NumberOfCapturingGroups());
    if (!re.ok())
      continue;
    text += std::to_string(re.ProgramSize());
    std::string mn, mx;
    if (re.PossibleMatchRange(&mn, &mx, 5))
      text += mn + "-" + mx;
    for (auto s : subj) {
      std::string a, b;
      text += std::to_string(RE2::PartialMatch(s, re)) + std::to_string(RE2::FullMatch(s, re));
      if (re.NumberOfCapturingGroups() >= 1 && RE2::PartialMatch(s, re, &a))
        text += a;
      std::string t = s;
      RE2::GlobalReplace(&t, re, "<\\0>");
      text += t;
    }
  }
  RE2::Set set(o, RE2::UNANCHORED);
  set.Add("foo", nullptr);
  set.Add("ba[rz]", nullptr);
  set.Compile();
  std::vector<int> v;
  set.Match("foobaz", &v);
  for (int i : v)
    text += std::to_string(i);
  text += RE2::QuoteMeta("a.b*c") + q;
  int n = 0;
  RE2::FullMatch("ff", "(.*)", RE2::Hex(&n));
  text += std::to_string(n);
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
