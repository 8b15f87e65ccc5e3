#pragma once
#include <string>
int hook(int);
template <class T>
__attribute__((noinline)) T twice(T x)
{
    return hook(x) + x;
}
