extern const char *const names[];
extern const char title[];
