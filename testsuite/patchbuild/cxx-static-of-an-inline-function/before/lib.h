#pragma once
#include <string>
inline int next()
{
    static int n = 0;
    static std::string tag = "t";
    return ++n;
}
