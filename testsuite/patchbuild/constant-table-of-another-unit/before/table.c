extern const int table[4];
const int table[4] = {10, 20, 30, 40};
