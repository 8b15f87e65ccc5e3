#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>
static std::string text;
template <class... T>
struct Over : T... {
    using T::operator()...;
};
template <class... T>
Over(T...) -> Over<T...>;
using Value = std::variant<int, double, std::string>;
static std::vector<Value> values{1, 2.5, std::string("three")};
extern "C" const char *answer(const char *q)
{
    text.clear();
    for (auto &v : values)
        text += std::visit(Over{[](int i) { return std::to_string(i); },
                                [](double d) { return std::to_string(d); },
                                [&](const std::string &s) { return q + s + "!"; }},
                           v) +
                ";";
    std::shared_ptr<Value> p = std::make_shared<Value>(q);
    text += std::get<std::string>(*p);
    return text.c_str();
}
