#include "lib.h"
static Pool pool;
static std::string text;
std::string other(const Pool &);
extern "C" const char *answer(const char *q)
{
    pool.items = {q, "b", "c"};
    text = pool.join(",") + other(pool);
    return text.c_str();
}
