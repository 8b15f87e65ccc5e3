__attribute__((noinline)) int of_b(int n)
{
    return n + 10;
}
