int extra(const char *word);
