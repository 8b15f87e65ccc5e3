#include <string>
static std::string text, log_;
struct V {
    V() { log_ += "V"; }
    virtual ~V() { log_ += "~V"; }
};
struct M : virtual V {
    int n;
    explicit M(int x) : n(x) { log_ += "M" + std::to_string(n); }
    ~M() override { log_ += "~M"; }
};
struct D : M {
    D() : M(7) { log_ += "D"; }
};
extern "C" const char *answer(const char *q)
{
    log_.clear();
    {
        M m(q[0]);
        D d;
        V *v = new D;
        delete v;
    }
    text = log_;
    return text.c_str();
}
