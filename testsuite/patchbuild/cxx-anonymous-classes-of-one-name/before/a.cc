#include <memory>
#include <string>
struct Shape {
    virtual ~Shape() = default;
    virtual int area() const = 0;
};
std::unique_ptr<Shape> other(int);
namespace
{
struct Square : Shape {
    int s;
    explicit Square(int x) : s(x) {}
    int area() const override { return s * s; }
};
} // namespace
static std::string text;
static std::unique_ptr<Shape> kept = std::make_unique<Square>(4), kept2 = other(4);
extern "C" const char *answer(const char *q)
{
    auto fresh = std::make_unique<Square>(q[0]);
    text = std::to_string(kept->area()) + " " + std::to_string(kept2->area()) + " " +
           std::to_string(fresh->area());
    return text.c_str();
}
