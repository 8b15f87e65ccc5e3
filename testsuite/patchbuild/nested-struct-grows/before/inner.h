struct inner {
    int a;
};
