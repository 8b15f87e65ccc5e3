namespace {
int counter = 20;
__attribute__((noinline)) int step() { return counter += 5; }
}

int two()
{
    return step();
}
