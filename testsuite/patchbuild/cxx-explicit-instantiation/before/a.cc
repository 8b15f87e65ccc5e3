#include "lib.h"
static std::string text;
static Box<int> box(3);
static Box<std::string> sbox("a");
extern "C" const char *answer(const char *q)
{
    box.set(q[0]);
    sbox.set(q);
    text = std::to_string(box.get()) + sbox.get() + std::to_string(Box<int>::made);
    return text.c_str();
}
