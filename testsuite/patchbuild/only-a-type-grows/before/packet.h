union packet {
    int kind;
    char bytes[16];
};
