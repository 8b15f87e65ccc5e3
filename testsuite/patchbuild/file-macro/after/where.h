static inline const char *inner(void)
{
    return __FILE__;
}
