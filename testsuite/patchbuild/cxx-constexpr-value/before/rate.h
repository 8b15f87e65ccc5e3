#pragma once
constexpr int rate = 3;
constexpr int scaled(int n)
{
    return n * rate;
}
