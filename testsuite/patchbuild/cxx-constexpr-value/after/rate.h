#pragma once
constexpr int rate = 4;
constexpr int scaled(int n)
{
    return n * rate;
}
