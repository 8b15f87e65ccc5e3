#include <cstdio>

namespace {
class Sum {
public:
    void add(int n) { total_ += n, ++count_; }
    int value() const { return total_ * count_; }

private:
    int total_ = 0;
    int count_ = 0;
};
} // namespace

extern "C" const char *answer(const char *question)
{
    static char text[64];
    Sum sum;
    sum.add(question[0]);
    sum.add(3);
    snprintf(text, sizeof text, "%d", sum.value());
    return text;
}
