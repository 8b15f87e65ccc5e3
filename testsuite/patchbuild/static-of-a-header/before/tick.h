static inline int tick(void)
{
    static int ticks;
    return ++ticks;
}
