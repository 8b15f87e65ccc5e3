#include <algorithm>
#include <string>
#include <vector>
static std::string text;
extern "C" const char *answer(const char *q)
{
    text = q; text += "hello"; int pivot = q[0];
    std::sort(text.begin(), text.end(), [pivot](char a, char b) { return (a ^ pivot) < (b ^ pivot); });
    text.erase(std::remove_if(text.begin(), text.end(), [&](char c) { return c == 'o' || c == pivot; }), text.end());
    return text.c_str();
}
