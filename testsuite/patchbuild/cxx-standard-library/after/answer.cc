#include <cstdio>
#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

struct Base {
    virtual ~Base() = default;
};

struct Derived : Base {
    int value = 3;
};

static std::map<std::string, int> seen;

__attribute__((noinline)) std::string describe(const std::string &word, Base *base)
{
    std::vector<char> letters(word.begin(), word.end());
    std::sort(letters.begin(), letters.end(), [](char a, char b) { return a > b; });
    std::ostringstream out;
    out << ++seen[word] << " of " << seen.size() << ' ' << 1.5 << ' ' << std::string(letters.begin(), letters.end());
    if (auto *derived = dynamic_cast<Derived *>(base))
        out << ' ' << derived->value;
    return out.str();
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    Derived derived;
    std::snprintf(text, sizeof text, "%s", describe(question, &derived).c_str());
    return text;
}
