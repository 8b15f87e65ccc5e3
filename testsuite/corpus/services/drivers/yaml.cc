#include "yaml-cpp/yaml.h"
#include <sstream>
#include <string>
static std::string text;
static const char *docs[] = {"a: [1, 2, {b: c}]\nd: &x hello\ne: *x\nf: |\n  line1\n  line2\n",
                             "- 1.5\n- true\n- ~\n- 'it''s'\n- \"esc \\u00e9 \\n\"\n- !tag foo\n",
                             "---\nx: y\n...\n---\n- a\n-  - b\n   - c: d\n",
                             "%YAML 1.2\n---\n? complex\n: value\n",
                             "bad: [1, 2",
                             "{a: 1, b: {c: [x, y]}, 'q': \"w\"}",
                             "- .inf\n- -.inf\n- .nan\n- 0x1F\n- 010\n- 1e3\n",
                             "a: b: c",
                             ">-\n folded\n text\n\n more\n"};
extern "C" const char *answer(const char *q) {
  std::ostringstream out;
  for (auto d : docs)
    try {
      for (auto &n : YAML::LoadAll(d)) {
        YAML::Emitter e;
        e << n;
        out << e.c_str() << "|";
        if (n.IsSequence())
          for (auto i : n) {
            try {
              out << i.as<double>() << ",";
            } catch (std::exception &x) {
              out << x.what();
            }
          }
        if (n.IsMap())
          for (auto i : n)
            out << i.first.Scalar() << "=" << i.second.Type() << i.second.Tag() << ";";
      }
    } catch (const std::exception &x) {
      out << x.what() << ";";
    }
  YAML::Emitter e;
  e << YAML::BeginMap << YAML::Key << "k" << YAML::Value << YAML::Flow << YAML::BeginSeq << 1 << 2.25 << "s p" << true
    << YAML::Null << YAML::EndSeq << YAML::Key << "l" << YAML::Value << YAML::Literal << "a\nb" << YAML::Comment("note")
    << YAML::EndMap;
  out << e.c_str() << e.GetLastError();
  YAML::Node n;
  n["z"] = q;
  n["v"].push_back(3);
  n["v"].push_back("x");
  out << n << n["v"].size();
  n.remove("z");
  out << YAML::Dump(n) << YAML::Clone(n)["v"][1].as<std::string>();
  text = out.str();
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
