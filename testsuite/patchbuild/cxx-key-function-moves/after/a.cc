#include "lib.h"
#include <string>
static std::string text;
static Animal *kept = make();
extern "C" const char *answer(const char *)
{
    Dog d;
    Animal *a = &d;
    text = std::to_string(kept->legs()) + std::to_string(a->legs()) +
           std::to_string(dynamic_cast<Dog *>(kept) != nullptr);
    return text.c_str();
}
