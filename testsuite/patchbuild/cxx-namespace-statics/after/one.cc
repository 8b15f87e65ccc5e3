namespace {
int counter = 10;
__attribute__((noinline)) int step() { return ++counter; }
}

int one()
{
    return step();
}
