#pragma once
inline int level = 3;
