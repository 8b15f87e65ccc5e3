#pragma once

template <typename T>
__attribute__((noinline)) T largest(T a, T b)
{
    return a > b ? a : b;
}
