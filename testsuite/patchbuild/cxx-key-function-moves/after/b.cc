#include "lib.h"
Animal::~Animal() {}
int Animal::legs() const
{
    return 0;
}
Animal *make()
{
    return new Dog;
}
