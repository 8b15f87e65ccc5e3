#pragma once
template <typename T>
struct Counter {
    static int all;
    __attribute__((noinline)) static int next(T step)
    {
        static int local = 5;
        local += static_cast<int>(step);
        all += 10;
        return all * 1000 + local;
    }
};
template <typename T>
int Counter<T>::all = 2;
