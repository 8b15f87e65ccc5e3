#include <cstdio>

struct Money {
    long cents;
    __attribute__((noinline)) Money operator+(const Money &other) const { return {cents + other.cents}; }
    __attribute__((noinline)) explicit operator double() const { return static_cast<double>(cents) / 100; }
    __attribute__((noinline)) bool operator<(const Money &other) const { return cents < other.cents; }
};

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %.2f %d", question, static_cast<double>(Money{question[0]} + Money{7}), Money{1} < Money{2});
    return text;
}
