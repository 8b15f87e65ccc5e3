struct record {
    char tag;
    char flag;
    int value;
    char more;
};
