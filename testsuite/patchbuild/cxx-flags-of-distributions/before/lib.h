#pragma once
#include <string>
#include <vector>
struct Pool {
    std::vector<std::string> items;
    std::string join(const char *sep) const
    {
        std::string r;
        for (auto &i : items)
            r += i + sep;
        return r;
    }
};
