namespace {
int counter = 20;
__attribute__((noinline)) int step() { return ++counter; }
}

int two()
{
    return step();
}
