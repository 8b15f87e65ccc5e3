const char *part(void) {
#ifdef __clang__
    return "Clang";
#else
    return "another compiler";
#endif
}
