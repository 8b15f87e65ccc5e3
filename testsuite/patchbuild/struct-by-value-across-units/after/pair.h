struct pair {
    int a, b;
    int c, d;
};
struct pair make(int n);
