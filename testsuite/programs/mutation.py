"""Small random edits of C and C++ sources, such as a person could have made: seeded, so that each can be made again.

Text only: an edit that does not compile is thrown away by the caller."""

import re

# A line of code inside of a function: indented, and no directive, label or comment.
STATEMENT = re.compile(r"^[ \t]+[^#/*\s].*;[ \t]*$")
CALL = re.compile(r"^[ \t]+(\(void\) *)?[A-Za-z_]\w*\([^;{}=]*\);[ \t]*$")
FUNCTION = re.compile(r"^(?:[A-Za-z_][\w \t*&:<>]*[ \t*&])([A-Za-z_][\w:~]*) *\(([^;{}()]*)\)(?: const)? *\{[ \t]*$", re.M)
NUMBER = re.compile(r"(?<![\w.\"'])(0x[0-9a-fA-F]+|[1-9][0-9]*|0)(?![\w.\"'])")
WORDS = {" < ": " <= ", "<": "<=", " > ": " >= ", "==": "!=", "!=": "==", "&&": "||", "||": "&&", " + ": " - ",
         " - ": " + ", "++": "--", " << ": " >> ", "|=": "&=", "+=": "-="}


class Nothing(Exception):
    """This kind of edit finds no place in this file."""


def choose(random, places):
    places = list(places)
    if not places:
        raise Nothing()
    return random.choice(places)


def statements(lines):
    return [i for i, line in enumerate(lines) if STATEMENT.match(line) and not re.match(r"^\s*(case|default|goto)\b", line)]


def insideOfCode(lines, index):
    """A line at which a statement can be inserted: behind a complete statement."""
    return index > 0 and lines[index - 1].rstrip().endswith((";", "{", "}"))


def constant(text, random):
    lines = text.split("\n")
    i = choose(random, [i for i in statements(lines) if NUMBER.search(lines[i]) and '"' not in lines[i]])
    found = choose(random, NUMBER.finditer(lines[i]))
    value = int(found.group(1), 0) + random.choice([1, 2, 7, 1000])
    lines[i] = lines[i][:found.start()] + str(value) + lines[i][found.end():]
    return "\n".join(lines)


def operator(text, random):
    lines = text.split("\n")
    places = [(i, word) for i, line in enumerate(lines) if line.startswith((" ", "\t")) and '"' not in line and
              not line.lstrip().startswith(("*", "/", "#")) for word in WORDS if word in line]
    i, word = choose(random, places)
    lines[i] = lines[i].replace(word, WORDS[word], 1)
    return "\n".join(lines)


def removedCall(text, random):
    lines = text.split("\n")
    i = choose(random, [i for i, line in enumerate(lines) if CALL.match(line)])
    lines[i] = re.sub(r"\S.*", ";", lines[i])
    return "\n".join(lines)


def removedStatement(text, random):
    lines = text.split("\n")
    i = choose(random, [i for i in statements(lines) if insideOfCode(lines, i)])
    del lines[i]
    return "\n".join(lines)


def swappedStatements(text, random):
    lines = text.split("\n")
    places = [i for i in statements(lines) if insideOfCode(lines, i) and i + 1 < len(lines) and
              STATEMENT.match(lines[i + 1])]
    i = choose(random, places)
    lines[i], lines[i + 1] = lines[i + 1], lines[i]
    return "\n".join(lines)


def insert(text, random, added, above=""):
    """`added` in front of a statement of some function; `above` in front of the function."""
    functions = list(FUNCTION.finditer(text))
    found = choose(random, functions)
    end = text.find("\n}", found.end())
    body = text[found.end():end].split("\n")
    places = [i for i in range(1, len(body)) if insideOfCode(body, i) and re.match(r"^[ \t]+[a-z_]", body[i]) and
              not re.match(r"^\s*(case|default|else|while)\b", body[i])]
    i = choose(random, places)
    body.insert(i, added.replace("ARG", firstArgument(found.group(2))))
    start = text.rfind("\n", 0, found.start()) + 1
    return text[:start] + above + text[start:found.end()] + "\n".join(body) + text[end:]


def firstArgument(parameters):
    names = re.findall(r"(\w+)\s*(?:\[\w*\])?\s*(?:,|$)", parameters)
    return names[0] if names and names[0] != "void" else "0"


def addedCall(text, random):
    return insert(text, random, "  if (__builtin_strlen((const char *) \"a\" + 1) == 7) __builtin_abort(); { static volatile "
                                "double d; d = __builtin_sqrt(d); }")


def newHelper(text, random):
    name = f"mutated_helper_{random.randrange(1000)}"
    above = (f"static __attribute__((noinline)) int {name}(const void *p) {{ static volatile int seen; "
             f"seen += p != 0; return seen; }}\n")
    return insert(text, random, f"  (void) {name}((const void *) (unsigned long) (ARG));", above)


def newStaticLocal(text, random):
    return insert(text, random, f"  {{ static volatile int mutated = {random.randrange(100)}; ++mutated; }}")


def newString(text, random):
    return insert(text, random, "  { static volatile int never; if (never) "
                                f"__builtin_puts(\"mutated {random.randrange(1000)}\"); }}")


def newTable(text, random):
    rows = ", ".join(str(random.randrange(1000)) for _ in range(9))
    return insert(text, random, f"  {{ static const int rows[] = {{ {rows} }}; static volatile int at; "
                                "if (rows[at % 9] == 12345) at = 7; }")


def string(text, random):
    lines = text.split("\n")
    places = [i for i, line in enumerate(lines) if line.startswith((" ", "\t")) and re.search(r'"[^"\\%]{3,}"', line) and
              "#" not in line]
    i = choose(random, places)
    found = choose(random, re.finditer(r'"[^"\\%]{3,}"', lines[i]))
    inner = found.group()
    # Of equal length, or longer: literals move, and others come to be their tails.
    changed = inner[:2] + random.choice("QZ") + inner[3:] if random.random() < 0.6 else inner[:-1] + 'q"'
    lines[i] = lines[i][:found.start()] + changed + lines[i][found.end():]
    return "\n".join(lines)


def initialiser(text, random):
    """A number in a table or variable at file scope."""
    places = []
    for found in re.finditer(r"^(?:static |const |LUAI_DDEF )+[\w \t*]+(?:\[[^\]]*\])* *= *\{?[^;]*;", text, re.M):
        places += [found.start() + number.start() for number in NUMBER.finditer(found.group())
                   if "=" in found.group()[:number.start()]]
    at = choose(random, places)
    number = NUMBER.match(text, at)
    return text[:at] + str(int(number.group(1), 0) + 1) + text[number.end():]


def lines(text, random):
    """Formatting only: nothing may be reported for it."""
    all_ = text.split("\n")
    places = [i for i in range(1, len(all_)) if all_[i - 1].rstrip().endswith((";", "}")) and
              not all_[i].startswith(("#", " *", "*"))]
    i = choose(random, places)
    all_[i:i] = ["/* a comment */", ""] * random.randrange(1, 4)
    return "\n".join(all_)


def localType(text, random):
    lines_ = text.split("\n")
    swap = {"int": "long", "unsigned int": "unsigned long", "u8": "int", "u32": "unsigned short", "size_t": "unsigned",
            "char": "int", "i64": "int", "unsigned char": "signed char", "lu_byte": "short"}
    places = [(i, old) for i, line in enumerate(lines_) for old in swap
              if re.match(rf"^[ \t]+{old} \w+( = [^;]*)?;", line)]
    i, old = choose(random, places)
    lines_[i] = lines_[i].replace(old, swap[old], 1)
    return "\n".join(lines_)


def signature(text, random):
    """One more parameter for a static function, and an argument in all its calls."""
    places = [f for f in FUNCTION.finditer(text) if re.match(r"^\s*static\b", f.group()) and f.group(2).strip() not in
              ("", "void")]
    found = choose(random, places)
    name = found.group(1)
    if re.search(rf"[^\w(;{{}}\s]\s*{name}\b(?!\s*\()", text):
        raise Nothing()  # its address is taken
    definition = found.group().replace("(", "(int mutated, ", 1)
    calls = lambda part: re.sub(rf"(?<![\w.>]){name}\s*\((?!\))", rf"{name}(7, ", part)
    declaration = lambda part: re.sub(rf"(?m)^(static [^;{{}}()]*\b{name}\s*\()7, ", r"\1int mutated, ", calls(part))
    use = f"\n  {{ static volatile int sink; sink = mutated; }}"
    return declaration(text[:found.start()]) + definition + use + calls(text[found.end():])


def enumerator(text, random):
    found = choose(random, re.finditer(r"^(?:typedef )?enum\b[^{;]*\{([^}]*)\}", text, re.M))
    inside = found.group(1)
    comma = choose(random, re.finditer(r",", inside))
    at = found.start(1) + comma.start()
    return text[:at] + f", MUTATED_{random.randrange(1000)}" + text[at:]


def field(text, random):
    found = choose(random, re.finditer(r"^(?:typedef )?struct \w*\s*\{[ \t]*(?:/\*[^\n]*\*/)?\n", text, re.M))
    end = text.find("\n}", found.end())
    rows = text[found.end():end].split("\n")
    i = choose(random, [i for i in range(len(rows) + 1) if i == 0 or rows[i - 1].rstrip().endswith((";", "*/"))])
    rows.insert(i, random.choice(["  int mutated_field;", "  char mutated_field;", "  void *mutated_field;"]))
    return text[:found.end()] + "\n".join(rows) + text[end:]


def macro(text, random):
    places = [f for f in re.finditer(r"^#[ \t]*define[ \t]+\w+[ \t]+\(?(\d+)\)?[ \t]*(?:/\*.*)?$", text, re.M)]
    found = choose(random, places)
    return text[:found.start(1)] + str(int(found.group(1)) + 1) + text[found.end(1):]


def staticBecomesGlobal(text, random):
    found = choose(random, [f for f in FUNCTION.finditer(text) if f.group().startswith("static ")])
    return text[:found.start()] + found.group()[len("static "):] + text[found.end():]


def attribute(text, random):
    found = choose(random, [f for f in FUNCTION.finditer(text) if f.group().startswith("static ")])
    added = random.choice(["__attribute__((noinline)) ", "__attribute__((always_inline)) inline ", "__attribute__((cold)) "])
    return text[:found.start()] + added + text[found.start():]


def newLambda(text, random):
    """The numbers of those behind it shift."""
    return insert(text, random, f"  {{ static volatile int at; auto mutated = [](int x) {{ return x + {random.randrange(9)}; }}; "
                                "at = mutated(at); }")


def newGuardedStatic(text, random):
    return insert(text, random, "  { struct Mutated { int at; Mutated() : at(7) {} ~Mutated() { at = 0; } }; "
                                "static Mutated mutated; if (mutated.at == -7) throw mutated.at; }")


def newTry(text, random):
    return insert(text, random, "  try { static volatile int at; if (at) throw long(at); } catch (long) { __builtin_abort(); }")


def caughtType(text, random):
    found = choose(random, re.finditer(r"catch \((?:const )?([\w:]+)\s*&?", text))
    return text[:found.start(1)] + random.choice(["int", "long", "std::bad_alloc"]) + text[found.end(1):]


def newMethod(text, random):
    found = choose(random, re.finditer(r"^public:[ \t]*$", text, re.M))
    added = random.choice(["", "virtual "])
    return text[:found.end()] + f"\n  {added}int mutated{random.randrange(1000)}() {{ return 4; }}" + text[found.end():]


IN_CXX = [newLambda, newGuardedStatic, newTry, caughtType]
IN_CXX_HEADERS = [newMethod]
IN_UNITS = [constant, operator, removedCall, removedStatement, swappedStatements, addedCall, newHelper, newStaticLocal,
            newString, newTable, string, initialiser, lines, localType, signature, enumerator, field, macro,
            staticBecomesGlobal, attribute]
IN_HEADERS = [constant, macro, enumerator, field, lines, operator]


def mutate(text, random, isHeader, isCxx=False):
    """Returns (new text, the kinds of edits)."""
    kinds = []
    inUnits = IN_UNITS + (IN_CXX if isCxx else [])
    inHeaders = IN_HEADERS + (IN_CXX_HEADERS if isCxx else [])
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        for _ in range(20):
            kind = random.choice(inHeaders if isHeader else inUnits)
            try:
                changed = kind(text, random)
            except Nothing:
                continue
            if changed != text:
                text = changed
                kinds.append(kind.__name__)
                break
    return text, kinds
