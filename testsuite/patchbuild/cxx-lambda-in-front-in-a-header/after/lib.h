#pragma once
#include <functional>
extern std::function<int(int)> saved;
inline int both(int value)
{
    std::function<int(int)> first = [](int x) { return x * 100; };
    std::function<int(int)> keep = [value](int x) { return x + value; };
    saved = keep;
    return keep(1) + first(1);
}
