#pragma once

class Account {
public:
    void add(int amount) { balance_ += amount; }
    __attribute__((noinline)) int balance() const { return balance_; }

private:
    int balance_ = 0;
};
