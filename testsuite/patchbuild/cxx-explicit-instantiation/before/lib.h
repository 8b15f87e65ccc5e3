#pragma once
#include <string>
template <class T>
struct Box {
    T v;
    T get() const;
    void set(T x);
    static int made;
    Box(T x) : v(x) { ++made; }
};
template <class T>
int Box<T>::made = 0;
template <class T>
T Box<T>::get() const
{
    return v;
}
template <class T>
void Box<T>::set(T x)
{
    v = x;
}
extern template struct Box<int>;
