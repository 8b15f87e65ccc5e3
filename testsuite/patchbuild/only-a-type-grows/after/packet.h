union packet {
    int kind;
    char bytes[32];
};
