#include "lib.h"
Animal::~Animal() {}
int Animal::legs() const
{
    return 0;
}
int Dog::legs() const
{
    return 4;
}
Animal *make()
{
    return new Dog;
}
