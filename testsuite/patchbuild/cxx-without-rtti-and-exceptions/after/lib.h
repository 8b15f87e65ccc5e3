#pragma once
struct Node {
    virtual ~Node() = default;
    virtual int eval() const = 0;
};
template <class F>
struct Call : Node {
    F f;
    explicit Call(F x) : f(x) {}
    int eval() const override { return f() + 1; }
};
template <class F>
Node *make(F f)
{
    return new Call<F>(f);
}
Node *other();
