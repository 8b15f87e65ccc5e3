#include "lib.h"
std::string other(const Pool &p)
{
    return p.join("/");
}
