#include <memory>
struct Shape {
    virtual ~Shape() = default;
    virtual int area() const = 0;
};
namespace
{
struct Square : Shape {
    int s;
    explicit Square(int x) : s(x) {}
    int area() const override { return s * 100; }
};
} // namespace
std::unique_ptr<Shape> other(int x)
{
    return std::make_unique<Square>(x);
}
